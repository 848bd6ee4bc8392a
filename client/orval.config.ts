import { defineConfig } from 'orval'

export default defineConfig({
  kartoteka: {
    input: '../openapi/openapi.json',
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
  },
})
