import { defineConfig } from 'orval'

export default defineConfig({
  kartoteka: {
    input: 'openapi.json',
    output: {
      target: 'kartoteka.ts',
      client: 'zod',
      // Without this, every schema is written out in full wherever it is used.
      override: { zod: { generateReusableSchemas: true } },
    },
  },
})
