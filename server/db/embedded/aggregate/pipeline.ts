import { decodePlain, encode } from '../bson/codec.ts'
import { CommandFailure, unsupported } from '../failure.ts'
import { type Stage, type StageTools, stageOf } from './stages.ts'
import { type Fields, isObject, type Scope } from './values.ts'

const STAGES_MAX = 1_000

/** The stages of a pipeline, each with the one before as its input. */
export function compilePipeline(stages: unknown, tools: Omit<StageTools, 'pipeline'>): Stage {
  if (!Array.isArray(stages)) throw new CommandFailure('TypeMismatch', "'pipeline' must be an array")
  if (stages.length > STAGES_MAX)
    throw new CommandFailure('FailedToParse', `a pipeline may have ${STAGES_MAX} stages`)
  const all: StageTools = { ...tools, pipeline: (inner) => compilePipeline(inner, tools) }
  const compiled = stages.map((stage) => {
    const [name, ...more] = isObject(stage) ? Object.keys(stage) : []
    if (name === undefined || more.length > 0)
      throw new CommandFailure(
        'FailedToParse',
        'A pipeline stage specification object must contain exactly one field.',
      )
    return stageOf(name, (stage as Fields)[name], all)
  })
  return (input) => compiled.reduce((documents, stage) => stage(documents), input)
}

const UPDATE_STAGES = new Set(['$set', '$addFields', '$unset', '$project', '$replaceRoot', '$replaceWith'])

/** A pipeline as an update: what one document becomes. */
export function runOnDocument(stages: unknown[], document: Buffer, variables: Scope): Buffer {
  for (const stage of stages) {
    const name = isObject(stage) ? Object.keys(stage)[0] : undefined
    if (name === undefined || !UPDATE_STAGES.has(name))
      throw new CommandFailure(
        'InvalidOptions',
        `${name ?? 'This'} is not allowed to be used within an update`,
      )
  }
  const lookup = (): never => {
    throw unsupported('$lookup in an update')
  }
  const [result] = compilePipeline(stages, { variables, lookup })([decodePlain(document)])
  return encode(result ?? {})
}
