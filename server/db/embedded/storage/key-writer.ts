const FIRST_BYTES = 1_024

/** Collects the bytes of one key in a buffer that is used again and grows when needed. */
export class KeyWriter {
  #bytes = Buffer.allocUnsafe(FIRST_BYTES)
  #length = 0

  reset(): void {
    this.#length = 0
  }

  /** A copy of what was written. */
  take(): Buffer {
    const key = Buffer.allocUnsafe(this.#length)
    this.#bytes.copy(key, 0, 0, this.#length)
    return key
  }

  byte(value: number): void {
    this.#room(1)
    this.#bytes[this.#length++] = value
  }

  uint32(value: number): void {
    this.#room(4)
    this.#length = this.#bytes.writeUInt32BE(value >>> 0, this.#length)
  }

  raw(bytes: Buffer, start: number, end: number): void {
    this.#room(end - start)
    bytes.copy(this.#bytes, this.#length, start, end)
    this.#length += end - start
  }

  /** Text of any length, closed so that a prefix comes first: 00 becomes 00 ff, and 00 01 ends it. */
  text(bytes: Buffer, start: number, end: number): void {
    let from = start
    for (let zero = bytes.indexOf(0, from); zero >= 0 && zero < end; zero = bytes.indexOf(0, from)) {
      this.raw(bytes, from, zero + 1)
      this.byte(0xff)
      from = zero + 1
    }
    this.raw(bytes, from, end)
    this.byte(0x00)
    this.byte(0x01)
  }

  /** Eight little-endian bytes as big-endian, the first one flipped by `mask` (0x80 for signed integers). */
  int64(bytes: Buffer, start: number, mask: number): void {
    this.#room(8)
    for (let i = 0; i < 8; i++) this.#bytes[this.#length + i] = bytes[start + 7 - i] as number
    this.#bytes[this.#length] = (this.#bytes[this.#length] as number) ^ mask
    this.#length += 8
  }

  /** A double so that bytes order as numbers do: negative ones inverted, others with the sign flipped; NaN first of all. */
  double(value: number): void {
    this.#room(8)
    const at = this.#length
    this.#length += 8
    if (Number.isNaN(value)) {
      this.#bytes.fill(0, at, at + 8)
      return
    }
    this.#bytes.writeDoubleBE(value === 0 ? 0 : value, at)
    const first = this.#bytes[at] as number
    if (first < 0x80) this.#bytes[at] = first | 0x80
    else for (let i = at; i < at + 8; i++) this.#bytes[i] = ~(this.#bytes[i] as number)
  }

  #room(more: number): void {
    if (this.#length + more <= this.#bytes.length) return
    const larger = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#length + more))
    this.#bytes.copy(larger, 0, 0, this.#length)
    this.#bytes = larger
  }
}
