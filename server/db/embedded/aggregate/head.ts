import { fieldOf, firstName, numberOf, type Raw, T } from '../bson/raw.ts'

/** What of a pipeline the query planner can do. */
export type Head = { filter?: Raw; sort?: Raw; skip?: number; limit?: number }

/** Splits off what a pipeline begins with: $match, $sort, $skip and $limit, in this order. */
export function pipelineHead(stages: Raw[]): { head: Head; rest: Raw[] } {
  const head: Head = {}
  let taken = 0
  for (const stage of stages) {
    const name = stage.type === T.object ? firstName(stage) : null
    const operand = name === null ? null : fieldOf(stage, Buffer.from(name))
    if (!operand || !take(head, name, operand)) break
    taken++
  }
  return { head, rest: stages.slice(taken) }
}

/** True where the stage could be taken up: each kind once, in the order in which a query applies them. */
function take(head: Head, name: string | null, operand: Raw): boolean {
  const number = numberOf(operand)
  if (name === '$match' && operand.type === T.object && Object.keys(head).length === 0) head.filter = operand
  else if (
    name === '$sort' &&
    operand.type === T.object &&
    !head.sort &&
    head.skip === undefined &&
    head.limit === undefined
  )
    head.sort = operand
  else if (name === '$skip' && isCount(number, 0) && head.skip === undefined && head.limit === undefined)
    head.skip = number
  else if (name === '$limit' && isCount(number, 1) && head.limit === undefined) head.limit = number
  else return false
  return true
}

function isCount(number: number | null, least: number): number is number {
  return number !== null && Number.isSafeInteger(number) && number >= least
}
