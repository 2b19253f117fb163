import ts from 'typescript'

/** An error that a test expects, and how many values it gives; null where they are spread from a list. */
export type Asserted = { readonly name: string; readonly values: number | null }

/** A function that expects an error named by its parameter at `place`; the values are its last, rest parameter. */
type Helper = {
  readonly name: string
  readonly place: number
  readonly prefix: string
  readonly valuesFrom: number
}

/** `refusal` of access/world.ts: a cell of the table of functions and roles, compared by name and values. */
const CELL: Helper = { name: 'refusal', place: 0, prefix: '', valuesFrom: 1 }

/**
 * The errors that sources expect with `revertedWithCustomError(contract, 'Name').withArgs(…)`, directly or through
 * functions of their own around it, however deep. A name that is not written out in the source does not count.
 */
export function assertedErrors(sources: readonly string[]): Asserted[] {
  const files = sources.map((text) => ts.createSourceFile('test.ts', text, ts.ScriptTarget.Latest, true))
  const shared = [
    CELL,
    ...files.flatMap((file) => helpersOf(file, []).filter(({ name }) => isExported(file, name))),
  ]
  return files.flatMap((file) => {
    const helpers = [...helpersOf(file, shared), ...shared]
    return expectationsOf(file, helpers).flatMap(({ node, prefix, values }) => {
      const text = literalOf(node)
      return text === null ? [] : [{ name: prefix + text, values }]
    })
  })
}

/** The errors that a Solidity test expects with `expectRevert(abi.encodeWithSelector(Interface.Name.selector, …))`. */
export function assertedInSolidity(source: string): Asserted[] {
  const pattern =
    /expectRevert\(\s*abi\.encodeWithSelector\(\s*(?:\w+\.)?(\w+)\.selector\s*([^;]*?)\)\s*\)\s*;/g
  return [...source.matchAll(pattern)].map(([, name = '', rest = '']) => ({
    name,
    values: rest.split(',').length - 1,
  }))
}

/** Functions around an expectation, and functions around those, until there are no more. */
function helpersOf(file: ts.SourceFile, known: readonly Helper[]): Helper[] {
  const found = new Map<string, Helper>()
  for (let before = -1; before !== found.size; ) {
    before = found.size
    for (const { node, prefix } of expectationsOf(file, [...found.values(), ...known])) {
      const helper = helperAround(node, prefix)
      if (helper !== null) found.set(helper.name, helper)
    }
  }
  return [...found.values()]
}

type Expectation = { readonly node: ts.Expression; readonly prefix: string; readonly values: number | null }

function expectationsOf(file: ts.SourceFile, helpers: readonly Helper[]): Expectation[] {
  const found: Expectation[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node)) {
      const direct = namedByChai(node)
      if (direct !== null) found.push(direct)
      const helper = helpers.find(
        ({ name }) => ts.isIdentifier(node.expression) && node.expression.text === name,
      )
      const argument = helper && node.arguments[helper.place]
      if (helper && argument) {
        const values = countOf(node.arguments.slice(helper.valuesFrom))
        found.push({ node: argument, prefix: helper.prefix, values })
      }
    }
    ts.forEachChild(node, visit)
  }
  visit(file)
  return found
}

/** `….revertedWithCustomError(contract, name).withArgs(…)`. */
function namedByChai(call: ts.CallExpression): Expectation | null {
  const { expression } = call
  if (!ts.isPropertyAccessExpression(expression) || expression.name.text !== 'withArgs') return null
  const inner = expression.expression
  if (!ts.isCallExpression(inner) || !ts.isPropertyAccessExpression(inner.expression)) return null
  const name = inner.arguments[1]
  if (inner.expression.name.text !== 'revertedWithCustomError' || name === undefined) return null
  return { node: name, prefix: '', values: countOf(call.arguments) }
}

function helperAround(node: ts.Expression, outer: string): Helper | null {
  const parts = partsOf(node)
  if (parts === null) return null
  const holder = ts.findAncestor(node, (ancestor) => {
    const isFunction = ts.isFunctionDeclaration(ancestor) || ts.isArrowFunction(ancestor)
    return isFunction && placeOf(ancestor, parts.parameter) >= 0
  }) as ts.FunctionDeclaration | ts.ArrowFunction | undefined
  if (holder === undefined) return null
  const named = ts.isFunctionDeclaration(holder) ? holder : holder.parent
  const isNamed = ts.isFunctionDeclaration(named) || ts.isVariableDeclaration(named)
  if (!isNamed || named.name === undefined || !ts.isIdentifier(named.name)) return null
  const valuesFrom = holder.parameters.findIndex(({ dotDotDotToken }) => dotDotDotToken !== undefined)
  if (valuesFrom < 0) return null
  const place = placeOf(holder, parts.parameter)
  return { name: named.name.text, place, prefix: outer + parts.prefix, valuesFrom }
}

/** A parameter, or a template of words and then a parameter. */
function partsOf(node: ts.Expression): { prefix: string; parameter: string } | null {
  if (ts.isIdentifier(node)) return { prefix: '', parameter: node.text }
  if (!ts.isTemplateExpression(node)) return null
  const [span, ...more] = node.templateSpans
  if (!span || more.length > 0 || span.literal.text !== '' || !ts.isIdentifier(span.expression)) return null
  return { prefix: node.head.text, parameter: span.expression.text }
}

function placeOf(holder: ts.SignatureDeclarationBase, name: string): number {
  return holder.parameters.findIndex((one) => ts.isIdentifier(one.name) && one.name.text === name)
}

/** A string, or a constant around here that is one. */
function literalOf(node: ts.Expression): string | null {
  if (ts.isStringLiteral(node)) return node.text
  if (!ts.isIdentifier(node)) return null
  for (let scope: ts.Node = node; scope; scope = scope.parent) {
    if (!ts.isBlock(scope) && !ts.isSourceFile(scope)) continue
    for (const statement of scope.statements) {
      if (!ts.isVariableStatement(statement)) continue
      for (const { name, initializer } of statement.declarationList.declarations) {
        if (!ts.isIdentifier(name) || name.text !== node.text || !initializer) continue
        return ts.isStringLiteral(initializer) ? initializer.text : null
      }
    }
  }
  return null
}

function countOf(values: readonly ts.Expression[]): number | null {
  return values.some((value) => ts.isSpreadElement(value)) ? null : values.length
}

function isExported(file: ts.SourceFile, name: string): boolean {
  return file.statements.some(
    (statement) =>
      ts.isFunctionDeclaration(statement) &&
      statement.name?.text === name &&
      statement.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword),
  )
}
