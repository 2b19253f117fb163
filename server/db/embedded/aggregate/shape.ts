import { CommandFailure } from '../failure.ts'
import { compileExpressionTree } from './expressions.ts'
import { checkedName, type Expression, type Fields, isObject, type Scope } from './values.ts'

/** What one field of a document becomes: kept, left out, computed, or looked into. */
type Shape =
  | { readonly kind: 'keep' | 'drop' }
  | { readonly kind: 'set'; readonly value: Expression }
  | { readonly kind: 'nest'; readonly tree: Tree }
type Tree = Map<string, Shape>

/** `$project`: only the fields named (and _id), or all but those, with computed ones added. */
export function compileProject(spec: Fields): (document: Fields, scope: Scope) => Fields {
  const tree = treeOf(spec, false)
  const kinds = kindsIn(tree, true)
  if (kinds.has('drop') && (kinds.has('keep') || kinds.has('set')))
    throw new CommandFailure('BadValue', 'a $project either takes fields or leaves them out')
  if (tree.size === 0) throw new CommandFailure('BadValue', 'a $project needs at least one field')
  const id = tree.get('_id')
  const including = kinds.size > 0 ? !kinds.has('drop') : id?.kind !== 'drop'
  if (including && !id) tree.set('_id', { kind: 'keep' })
  return (document, scope) => shaped(document, tree, { including, scope })
}

/** `$addFields` and `$set`: everything stays, the fields named are computed. */
export function compileAddFields(spec: Fields): (document: Fields, scope: Scope) => Fields {
  const tree = treeOf(spec, true)
  return (document, scope) => shaped(document, tree, { including: false, scope })
}

export function compileUnset(paths: readonly string[]): (document: Fields, scope: Scope) => Fields {
  const tree = treeOf(Object.fromEntries(paths.map((path) => [path, 0])), false)
  return (document, scope) => shaped(document, tree, { including: false, scope })
}

function treeOf(spec: Fields, computing: boolean): Tree {
  const tree: Tree = new Map()
  for (const [path, value] of Object.entries(spec))
    place(tree, path.split('.').map(checkedName), shapeOf(value, computing))
  return tree
}

function place(tree: Tree, parts: string[], shape: Shape): void {
  const [first, ...rest] = parts as [string, ...string[]]
  const known = tree.get(first)
  if (rest.length === 0) {
    if (known) throw new CommandFailure('BadValue', `Invalid $project: path collision at ${first}`)
    tree.set(first, shape)
    return
  }
  const below: Shape = known ?? { kind: 'nest', tree: new Map() }
  if (below.kind !== 'nest')
    throw new CommandFailure('BadValue', `Invalid $project: path collision at ${first}`)
  tree.set(first, below)
  place(below.tree, rest, shape)
}

function shapeOf(value: unknown, computing: boolean): Shape {
  if (!computing && (typeof value === 'number' || typeof value === 'boolean'))
    return { kind: Number(value) === 0 ? 'drop' : 'keep' }
  if (isObject(value) && Object.keys(value).length > 0 && !Object.keys(value)[0]?.startsWith('$'))
    return { kind: 'nest', tree: treeOf(value, computing) }
  return { kind: 'set', value: compileExpressionTree(value) }
}

function kindsIn(tree: Tree, top: boolean): Set<string> {
  const kinds = new Set<string>()
  for (const [name, shape] of tree) {
    if (shape.kind === 'nest') for (const kind of kindsIn(shape.tree, false)) kinds.add(kind)
    else if (!(top && name === '_id' && shape.kind !== 'set')) kinds.add(shape.kind)
  }
  return kinds
}

type Mode = { readonly including: boolean; readonly scope: Scope }

/** Fields of the document in their order, then computed ones that it does not have. */
function shaped(document: Fields, tree: Tree, mode: Mode): Fields {
  const result: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(document)) {
    const shape = tree.get(name)
    const next = shape ? shapedValue(value, shape, mode) : mode.including ? undefined : value
    if (next !== undefined) result[name] = next
  }
  for (const [name, shape] of tree) {
    if (Object.hasOwn(document, name)) continue
    const next =
      shape.kind === 'set'
        ? shape.value(mode.scope)
        : shape.kind === 'nest'
          ? computedOnly(shape.tree, mode)
          : undefined
    if (next !== undefined) result[name] = next
  }
  return result
}

function shapedValue(value: unknown, shape: Shape, mode: Mode): unknown {
  if (shape.kind === 'set') return shape.value(mode.scope)
  if (shape.kind !== 'nest') return shape.kind === 'keep' ? value : undefined
  if (Array.isArray(value)) {
    const elements = value.map((one: unknown) => shapedValue(one, shape, mode))
    return elements.filter((one) => one !== undefined)
  }
  if (isObject(value)) return shaped(value, shape.tree, mode)
  return computedOnly(shape.tree, mode) ?? (mode.including ? undefined : value)
}

/** A nested field that is missing is made only where something in it is computed. */
function computedOnly(tree: Tree, mode: Mode): Fields | undefined {
  return kindsIn(tree, false).has('set') ? shaped({}, tree, mode) : undefined
}
