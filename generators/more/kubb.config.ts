import { defineConfig } from '@kubb/core'
import { pluginClient } from '@kubb/plugin-client'
import { pluginOas } from '@kubb/plugin-oas'
import { pluginTs } from '@kubb/plugin-ts'

export default defineConfig({
  input: { path: 'openapi.json' },
  output: { path: 'kartoteka', extension: { '.ts': '.ts' }, format: false },
  plugins: [
    // A path that is null would leave out the schemas as JSON files.
    pluginOas({ validate: false, generators: [] }),
    pluginTs(),
    // Responses with their status and headers, and a copy of the code that sends requests.
    pluginClient({ client: 'axios', bundle: true, dataReturnType: 'full' }),
  ],
})
