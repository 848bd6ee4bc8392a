/** The parts of an API document that are adapted to the caller. */
export interface ApiDocument {
  openapi: string
  info: { description: string }
  tags: readonly { name: string; description: string }[]
  paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  components: { schemas: Components; responses: object; securitySchemes: object }
}

interface Operation {
  operationId: string
  summary: string
  description: string
  tags: readonly string[]
  parameters?: readonly { name?: string; in?: string }[]
}

/** The named schemas of a document. */
export type Components = Readonly<Record<string, object>>
