import type { App } from '../http/foundation.ts'
import { sendJson } from '../http/send-json.ts'
import type { ApiDocument } from './api-document.ts'
import { documentOfTag } from './tag-documents.ts'
import { slugOf, tags } from './tags.ts'

/** Adds the routes of the document of all instances: as a whole, and one document per tag. */
export function coreDocumentRoutes(app: App, document: () => ApiDocument): void {
  const add = (path: string, make: () => ApiDocument) => {
    // It is the same for all callers, so it is composed once.
    let text: string | undefined
    app.get(path, { schema: { hide: true } }, async (_request, reply) => {
      text ??= JSON.stringify(make())
      return sendJson(reply, text)
    })
  }
  add('/openapi.json', document)
  for (const { name } of tags) add(`/openapi/${slugOf(name)}.json`, () => documentOfTag(document(), name))
}
