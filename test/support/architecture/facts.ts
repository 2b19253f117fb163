import { readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import ts from 'typescript'

/** One import of a file. `target` is a path below the root for our own files, otherwise the name of a package. */
export type Import = { readonly target: string; readonly isOurs: boolean; readonly isTypeOnly: boolean }

/** What a rule may ask of a source file, read from its syntax tree. */
export type FileFacts = {
  readonly path: string
  readonly lines: number
  readonly imports: readonly Import[]
  /** Every identifier that occurs outside strings and comments. */
  readonly names: ReadonlySet<string>
  readonly readsEnvironment: boolean
  readonly readsClock: boolean
}

type Found = { imports: Import[]; names: Set<string>; readsEnvironment: boolean; readsClock: boolean }

/** Reads the facts of files below `root`; paths use forward slashes. */
export function readFacts(root: string, paths: readonly string[]): FileFacts[] {
  return paths.map((path) => factsOf(path, readFileSync(join(root, path), 'utf8')))
}

export function factsOf(path: string, text: string): FileFacts {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, false, ts.ScriptKind.TS)
  const found: Found = { imports: [], names: new Set(), readsEnvironment: false, readsClock: false }
  visit(source, path, found)
  return { path, lines: text.split('\n').length - 1, ...found }
}

function visit(node: ts.Node, path: string, found: Found): void {
  const imported = importOf(node, path)
  if (imported !== null) found.imports.push(imported)
  if (ts.isIdentifier(node)) found.names.add(node.text)
  if (isMember(node, 'process', 'env')) found.readsEnvironment = true
  if (isClockRead(node)) found.readsClock = true
  ts.forEachChild(node, (child) => visit(child, path, found))
}

function importOf(node: ts.Node, path: string): Import | null {
  if (ts.isImportDeclaration(node))
    return resolve(path, node.moduleSpecifier, isTypeImport(node.importClause))
  if (ts.isExportDeclaration(node) && node.moduleSpecifier)
    return resolve(path, node.moduleSpecifier, isTypeExport(node))
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument))
    return resolve(path, node.argument.literal, true)
  const isCall = ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword
  return isCall && node.arguments[0] ? resolve(path, node.arguments[0], false) : null
}

function resolve(from: string, specifier: ts.Node, isTypeOnly: boolean): Import | null {
  if (!ts.isStringLiteral(specifier)) return null
  const name = specifier.text
  if (!name.startsWith('.')) return { target: packageOf(name), isOurs: false, isTypeOnly }
  return { target: posix.join(posix.dirname(from), name), isOurs: true, isTypeOnly }
}

/** `ethers/abi` is part of `ethers`, `@noble/hashes/sha3` of `@noble/hashes`. */
function packageOf(name: string): string {
  if (name.startsWith('node:')) return name
  return name.split('/', name.startsWith('@') ? 2 : 1).join('/')
}

function isTypeImport(clause: ts.ImportClause | undefined): boolean {
  if (clause === undefined) return false
  if (clause.phaseModifier === ts.SyntaxKind.TypeKeyword) return true
  const named = clause.namedBindings
  if (clause.name !== undefined || named === undefined || !ts.isNamedImports(named)) return false
  return named.elements.every((element) => element.isTypeOnly)
}

function isTypeExport(node: ts.ExportDeclaration): boolean {
  if (node.isTypeOnly) return true
  const named = node.exportClause
  return (
    named !== undefined && ts.isNamedExports(named) && named.elements.every((element) => element.isTypeOnly)
  )
}

function isMember(node: ts.Node, object: string, name: string): boolean {
  if (ts.isPropertyAccessExpression(node)) return isNamed(node.expression, object) && node.name.text === name
  if (!ts.isElementAccessExpression(node)) return false
  const { argumentExpression: argument } = node
  return isNamed(node.expression, object) && ts.isStringLiteral(argument) && argument.text === name
}

function isClockRead(node: ts.Node): boolean {
  if (ts.isCallExpression(node))
    return isMember(node.expression, 'Date', 'now') || isNamed(node.expression, 'Date')
  return ts.isNewExpression(node) && isNamed(node.expression, 'Date') && (node.arguments?.length ?? 0) === 0
}

function isNamed(node: ts.Node, name: string): boolean {
  return ts.isIdentifier(node) && node.text === name
}
