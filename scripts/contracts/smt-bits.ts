const WORD_MAX = (2n ** 256n - 1n).toString()
/** The first version of a variable, which is what comes in; those that start with "expr" are results. */
const INPUT = /\(declare-fun \|((?!expr_)\w+_0)\| \(\) Int\)/g

/**
 * The compiler writes a `uint256` as an integer from 0 to 2^256 - 1, and bits of it as bits of the integer's binary
 * form, which z3 does not find in useful time. Here every such input becomes the number of 256 bits: the same values,
 * and the same question.
 */
export function asBits(query: string): string {
  return query.replaceAll(INPUT, (declaration, name: string) => {
    const isWord = query.includes(`(and (>= ${name} 0) (<= ${name} ${WORD_MAX}))`)
    if (!isWord) return declaration
    return `(declare-const |${name} bits| (_ BitVec 256))\n(define-fun |${name}| () Int (bv2nat |${name} bits|))`
  })
}
