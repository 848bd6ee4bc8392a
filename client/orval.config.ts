import { readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { defineConfig } from 'orval'

interface NameSchema {
  enum?: string[]
  pattern?: string
}

/** Merges a list of names and name prefixes into one enum, in which prefixes end with `*`. */
function mergeNames(schema: { type?: string; anyOf?: NameSchema[]; enum?: string[] }): void {
  const [known, ...starts] = schema.anyOf ?? []
  if (!known?.enum || !starts.length || !starts.every(({ pattern }) => pattern)) return
  delete schema.anyOf
  schema.type = 'string'
  schema.enum = [...known.enum, ...starts.map(({ pattern = '' }) => `${pattern.slice(1).replaceAll('\\', '')}*`)]
}

/** The document to generate from. That of an instance has the types of its user fields. */
const { DOCUMENT: target = 'openapi/openapi.json' } = process.env

const file = new URL('./kartoteka.ts', import.meta.url)

/** Replaces each name that ends with `*` by the type of all texts with this prefix. */
function writePrefixTypes(): void {
  writeFileSync(file, readFileSync(file, 'utf8').replaceAll(/'([\w.-]+\.)\*'/g, '`$1$${string}`'))
}

export default defineConfig({
  kartoteka: {
    input: {
      target: resolve(target),
      override: {
        transformer(document) {
          const schemas = Object.values(document.components?.schemas ?? {}) as (
            | Parameters<typeof mergeNames>[0]
            | boolean
          )[]
          for (const schema of schemas) if (typeof schema === 'object') mergeNames(schema)
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
        // Generates a function per media type for operations that accept a file as the body or in a form.
        splitByContentType: true,
        enumGenerationType: 'union',
      },
    },
    hooks: { afterAllFilesWrite: writePrefixTypes },
  },
})
