import { readFileSync, writeFileSync } from 'node:fs'
import { defineConfig } from 'orval'

interface Named {
  enum?: string[]
  pattern?: string
}

/** Names of which some are listed and others known by how they begin: written as one list, the beginnings with a star. */
function listed(schema: { type?: string; anyOf?: Named[]; enum?: string[] }): void {
  const [known, ...starts] = schema.anyOf ?? []
  if (!known?.enum || !starts.length || !starts.every(({ pattern }) => pattern)) return
  delete schema.anyOf
  schema.type = 'string'
  schema.enum = [...known.enum, ...starts.map(({ pattern = '' }) => `${pattern.slice(1).replaceAll('\\', '')}*`)]
}

const file = new URL('./kartoteka.ts', import.meta.url)

/** Makes of each name with a star the type of all texts that begin so. */
function begun(): void {
  writeFileSync(file, readFileSync(file, 'utf8').replaceAll(/'([\w.-]+\.)\*'/g, '`$1$${string}`'))
}

export default defineConfig({
  kartoteka: {
    input: {
      target: '../openapi/openapi.json',
      override: {
        transformer(document) {
          const schemas = Object.values(document.components?.schemas ?? {}) as (
            | Parameters<typeof listed>[0]
            | boolean
          )[]
          for (const schema of schemas) if (typeof schema === 'object') listed(schema)
          return document
        },
      },
    },
    output: {
      target: './kartoteka.ts',
      client: 'fetch',
      urlEncodeParameters: true,
      override: {
        mutator: { path: './connection.ts', name: 'send', extension: '.ts' },
        paramsSerializer: { path: './connection.ts', name: 'queryOf', extension: '.ts' },
        // An operation that takes a file as a body of its own, or in a form, becomes a function for each.
        splitByContentType: true,
        enumGenerationType: 'union',
      },
    },
    hooks: { afterAllFilesWrite: begun },
  },
})
