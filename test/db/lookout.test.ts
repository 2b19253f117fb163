import { expect } from 'chai'
import { Lookout } from '../../server/db/embedded/wire/lookout.ts'

/** A loop whose time is told, and that turns when it is told. */
class ToldLoop {
  readonly cores: number
  microseconds = 0
  #turn: (() => void) | null = null

  constructor(cores = 2) {
    this.cores = cores
  }

  nowMs(): number {
    return this.microseconds / 1_000
  }

  next(turn: () => void): void {
    this.#turn = turn
  }

  get isAwake(): boolean {
    return this.#turn !== null
  }

  /** Time passes; the loop turns once where it is awake. */
  pass(microseconds: number): void {
    this.microseconds += microseconds
    const turn = this.#turn
    this.#turn = null
    turn?.()
  }
}

describe('embedded store: waiting awake for the next request', () => {
  /** A request that comes after so many microseconds and takes 30. */
  const ask = (lookout: Lookout, loop: ToldLoop, afterMicroseconds: number): void => {
    loop.microseconds += afterMicroseconds
    lookout.arrived()
    loop.microseconds += 30
    lookout.answered()
  }

  it('sleeps after a request that came by itself', () => {
    const loop = new ToldLoop()
    const lookout = new Lookout(loop)
    ask(lookout, loop, 0)
    expect(loop.isAwake).to.equal(false)
    ask(lookout, loop, 301)
    expect(loop.isAwake).to.equal(false)
  })

  it('stays awake for 0.3 ms after a request that came soon after the answer before', () => {
    const loop = new ToldLoop()
    const lookout = new Lookout(loop)
    ask(lookout, loop, 0)
    ask(lookout, loop, 299)
    for (let i = 0; i < 29; i++) loop.pass(10)
    expect(loop.isAwake).to.equal(true)
    loop.pass(10)
    expect(loop.isAwake).to.equal(false)
  })

  it('rests for 100 ms where another thread took the core in more than 16 of 64 answers', () => {
    const loop = new ToldLoop()
    const lookout = new Lookout(loop)
    ask(lookout, loop, 0)
    for (let i = 1; i < 64; i++) {
      ask(lookout, loop, 100)
      loop.pass(i <= 17 ? 60 : 10)
    }
    const restedFrom = loop.microseconds
    while (loop.microseconds < restedFrom + 99_000) {
      ask(lookout, loop, 100)
      loop.pass(10)
      expect(loop.isAwake).to.equal(false)
    }
    while (loop.microseconds < restedFrom + 101_000) ask(lookout, loop, 100)
    expect(loop.isAwake).to.equal(true)
  })

  it('goes on where it happened in 16 of 64', () => {
    const loop = new ToldLoop()
    const lookout = new Lookout(loop)
    ask(lookout, loop, 0)
    for (let i = 1; i < 70; i++) {
      ask(lookout, loop, 100)
      loop.pass(i <= 16 ? 60 : 10)
    }
    expect(loop.isAwake).to.equal(true)
  })

  it('never waits awake on a single core', () => {
    const loop = new ToldLoop(1)
    const lookout = new Lookout(loop)
    ask(lookout, loop, 0)
    ask(lookout, loop, 100)
    expect(loop.isAwake).to.equal(false)
  })
})
