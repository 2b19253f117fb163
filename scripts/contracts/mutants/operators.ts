/** A node of the compiler's syntax tree; `src` is `start:length:file` in bytes. */
export type AstNode = { readonly nodeType: string; readonly src: string } & Readonly<Record<string, unknown>>

/** One change to a source: the bytes from `start` to `end` become `after`. */
export type Change = {
  readonly operator: string
  readonly start: number
  readonly end: number
  readonly after: string
}

/**
 * What each operator of Solidity is exchanged for: a comparison for its boundary, others for their counterpart. The
 * negation of a comparison is left out, since removing the check, or turning round the result, is easier to survive.
 */
const EXCHANGED: Readonly<Record<string, string>> = {
  '<': '<=',
  '<=': '<',
  '>': '>=',
  '>=': '>',
  '==': '!=',
  '!=': '==',
  '+': '-',
  '-': '+',
  '*': '/',
  '/': '*',
  '%': '*',
  '**': '*',
  '&': '|',
  '|': '&',
  '^': '&',
  '<<': '>>',
  '>>': '<<',
  '++': '--',
  '--': '++',
  '+=': '-=',
  '-=': '+=',
  '|=': '&=',
  '&=': '|=',
}

/** A statement that does nothing, wherever one may stand. */
const NOTHING = '0'

type Operator = (node: AstNode, text: (node: AstNode) => string) => readonly Change[]

/** What is done to each kind of node. */
const OPERATORS: Readonly<Record<string, Operator>> = {
  BinaryOperation: (node, text) => [...exchange(node, text), ...dropSide(node, text)],
  UnaryOperation: (node, text) => (isStep(node) ? exchangeStep(node, text) : dropSign(node, text)),
  Assignment: (node, text) => (node['operator'] === '=' ? [] : exchange(node, text)),
  Conditional: (node, text) => [
    whole('one branch', node, text(child(node, 'trueExpression'))),
    whole('one branch', node, text(child(node, 'falseExpression'))),
  ],
  IfStatement: fixCondition,
  ExpressionStatement: (node) => [whole('statement removed', node, NOTHING)],
  EmitStatement: (node, text) => [
    whole('event removed', node, NOTHING),
    ...replaceArguments('event altered', child(node, 'eventCall'), text),
  ],
  RevertStatement: (node, text) => replaceArguments('error altered', child(node, 'errorCall'), text),
  FunctionCall: (node, text) => {
    if (node['kind'] === 'structConstructorCall') return replaceArguments('field altered', node, text)
    return isError(node) ? replaceArguments('error altered', node, text) : []
  },
  Return: (node, text) => (isNode(node['expression']) ? replaceResult(node['expression'], text) : []),
  Continue: (node) => [whole('statement removed', node, NOTHING)],
  Literal: alterLiteral,
  ModifierInvocation: (node) =>
    node['kind'] === 'modifierInvocation' ? [whole('modifier removed', node, '')] : [],
}

/** Nodes whose insides are left alone: no code, or code that Solidity wants constant. */
const LEFT_ALONE = new Set([
  'ArrayTypeName',
  'ErrorDefinition',
  'EventDefinition',
  'ImportDirective',
  'PragmaDirective',
  'StructDefinition',
  'StructuredDocumentation',
])

/** All changes to a source, in the order of its text, each once. */
export function changesOf(ast: AstNode, source: Buffer): Change[] {
  const found = new Map<string, Change>()
  const text = (node: AstNode): string => {
    const { start, end } = spanOf(node)
    return source.subarray(start, end).toString()
  }
  const visit = (node: AstNode): void => {
    if (LEFT_ALONE.has(node.nodeType) || isInterface(node)) return
    for (const change of OPERATORS[node.nodeType]?.(node, text) ?? []) {
      const isSame = source.subarray(change.start, change.end).toString() === change.after
      if (!isSame) found.set(`${change.start}:${change.end}:${change.after}`, change)
    }
    for (const [key, inner] of childrenOf(node)) {
      // A loop that never steps is found by its own operator.
      if (!(key === 'loopExpression' && inner.nodeType === 'ExpressionStatement')) visit(inner)
      else for (const [, expression] of childrenOf(inner)) visit(expression)
    }
  }
  visit(ast)
  return [...found.values()].sort((a, b) => a.start - b.start || a.end - b.end)
}

export function spanOf(node: AstNode): { start: number; end: number } {
  const [start = 0, length = 0] = node.src.split(':').map(Number)
  return { start, end: start + length }
}

function isNode(value: unknown): value is AstNode {
  return typeof value === 'object' && value !== null && 'nodeType' in value
}

function childrenOf(node: AstNode): [string, AstNode][] {
  return Object.entries(node).flatMap(([key, value]) =>
    (Array.isArray(value) ? value : [value]).filter(isNode).map((inner): [string, AstNode] => [key, inner]),
  )
}

function child(node: AstNode, key: string): AstNode {
  const value = node[key]
  if (!isNode(value)) throw new Error(`${node.nodeType} at ${node.src} has no ${key}`)
  return value
}

function isInterface(node: AstNode): boolean {
  return node.nodeType === 'ContractDefinition' && node['contractKind'] === 'interface'
}

function whole(operator: string, node: AstNode, after: string): Change {
  return { operator, ...spanOf(node), after }
}

/** The operator stands between its two sides, with nothing but space around it. */
function exchange(node: AstNode, text: (node: AstNode) => string): Change[] {
  const sides = node.nodeType === 'Assignment' ? ['leftHandSide', 'rightHandSide'] : SIDES
  const [left, right] = sides.map((side) => child(node, side)) as [AstNode, AstNode]
  const other = EXCHANGED[String(node['operator'])]
  return other === undefined ? [] : [whole('operator', node, `${text(left)} ${other} ${text(right)}`)]
}

const SIDES = ['leftExpression', 'rightExpression']

function dropSide(node: AstNode, text: (node: AstNode) => string): Change[] {
  if (node['operator'] !== '&&' && node['operator'] !== '||') return []
  return SIDES.map((side) => whole('one side', node, text(child(node, side))))
}

function isStep(node: AstNode): boolean {
  return node['operator'] === '++' || node['operator'] === '--'
}

function exchangeStep(node: AstNode, text: (node: AstNode) => string): Change[] {
  const inner = text(child(node, 'subExpression'))
  const other = EXCHANGED[String(node['operator'])] ?? ''
  return [whole('operator', node, node['prefix'] === true ? `${other}${inner}` : `${inner}${other}`)]
}

function dropSign(node: AstNode, text: (node: AstNode) => string): Change[] {
  if (!['!', '~', '-'].includes(String(node['operator']))) return []
  return [whole('operator', node, text(child(node, 'subExpression')))]
}

/** A check that refuses is removed; what is only done sometimes is done always and never. */
function fixCondition(node: AstNode): Change[] {
  const condition = child(node, 'condition')
  const never = whole('check removed', condition, 'false')
  return refuses(child(node, 'trueBody')) ? [never] : [never, whole('check removed', condition, 'true')]
}

function refuses(body: AstNode): boolean {
  const statements = body['statements']
  const first: unknown = Array.isArray(statements) ? statements[0] : body
  return isNode(first) && first.nodeType === 'RevertStatement'
}

/** An error that `require` would raise. */
function isError(call: AstNode): boolean {
  return (call['typeDescriptions'] as { typeString?: string } | undefined)?.typeString === 'error'
}

function replaceArguments(operator: string, call: AstNode, text: (node: AstNode) => string): Change[] {
  const values = call['arguments']
  return (Array.isArray(values) ? values : []).filter(isNode).flatMap((value) => empty(operator, value, text))
}

function replaceResult(result: AstNode, text: (node: AstNode) => string): Change[] {
  const parts = result.nodeType === 'TupleExpression' ? result['components'] : [result]
  return (Array.isArray(parts) ? parts : [])
    .filter(isNode)
    .flatMap((part) => empty('result altered', part, text))
}

/** The value of its type that says nothing; a truth is turned round. */
function empty(operator: string, node: AstNode, text: (node: AstNode) => string): Change[] {
  const type = (node['typeDescriptions'] as { typeString?: string } | undefined)?.typeString ?? ''
  if (type === 'bool') return [whole(operator, node, `!(${text(node)})`)]
  if (/^(?:string|bytes)\b/.test(type) && !/\[/.test(type)) return [whole(operator, node, '""')]
  const name = /^(?:uint\d+|bytes\d+|address|enum [\w.]+)$/.exec(type)?.[0].replace(/^enum /, '')
  return name === undefined ? [] : [whole(operator, node, `${name}(0)`)]
}

function alterLiteral(node: AstNode, text: (node: AstNode) => string): Change[] {
  if (node['kind'] === 'bool') return [whole('constant', node, node['value'] === 'true' ? 'false' : 'true')]
  if (node['kind'] === 'string') return [whole('constant', node, text(node).replace(/(["'])$/, '~$1'))]
  if (node['kind'] !== 'number') return []
  return [whole('constant', node, `(${text(node)} + 1)`)]
}
