/** The only reader of the process's environment. Names and meanings: design.md section 9. */
export type Env = Readonly<Record<string, string | undefined>>

export const readEnv = (): Env => process.env
