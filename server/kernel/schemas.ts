import { z } from 'zod'
import { isAppError } from './errors.ts'
import { parseGtin, parseSerial } from './gs1.ts'

/** A text that a parser of the kernel turns into its own type; the parser's words become the field's fault. */
export function parsedBy<T>(parse: (text: string) => T): z.ZodPipe<z.ZodString, z.ZodTransform<T, string>> {
  return z
    .string()
    .max(100)
    .transform((text, context) => {
      try {
        return parse(text)
      } catch (error) {
        if (!isAppError(error)) throw error
        context.addIssue({ code: 'custom', message: error.message })
        return z.NEVER
      }
    })
}

/** The path parameters of an item's address. */
export const itemKeyParams = z.object({ gtin: parsedBy(parseGtin), serial: parsedBy(parseSerial) })
