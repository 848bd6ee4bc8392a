import type { ApiDocument } from './api-document.ts'
import { reachable } from './references.ts'

/** Returns the part of a document that describes the operations with one tag. It is a valid document on its own. */
export function documentOfTag(document: ApiDocument, tag: string): ApiDocument {
  const paths: Record<string, ApiDocument['paths'][string]> = {}
  for (const [path, methods] of Object.entries(document.paths)) {
    const own = Object.entries(methods).filter(([, { tags }]) => tags.includes(tag))
    if (own.length > 0) paths[path] = Object.fromEntries(own)
  }
  const used = new Set(
    [...JSON.stringify(paths).matchAll(/"#\/components\/responses\/(\w+)"/g)].map(([, name]) => name!),
  )
  const responses = Object.fromEntries(Object.entries(document.components.responses).filter(([name]) => used.has(name)))
  const schemas = reachable(document.components.schemas, [...Object.values(paths), responses])
  return {
    ...document,
    info: {
      ...document.info,
      description: `${tag} only. \`/openapi.json\` describes all operations.\n\n${document.info.description}`,
    },
    tags: document.tags.filter(({ name }) => name === tag),
    paths,
    components: { ...document.components, responses, schemas },
  }
}
