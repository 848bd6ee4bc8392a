type Part = Readonly<Record<string, unknown>>

interface Document {
  paths: Record<string, Record<string, Part>>
  components: Record<string, Record<string, Part>>
}

type ResolveSubtree = (document: Document, path: readonly string[], options: object) => Promise<object>

/** What the plugin uses of Swagger UI. */
interface Page {
  fn: { resolveSubtree: ResolveSubtree }
  specActions: { updateJsonSpec(document: object): void }
}

declare const SwaggerUIBundle: { plugins: { DownloadUrl: object } }

/**
 * Plugins of Swagger UI that make it usable with a large document. It reads documents as YAML and, for each operation
 * that is opened, prepares the whole document, which takes seconds each. Here it reads JSON and prepares the operation
 * with the components to which it leads. The function runs in the page, so it uses nothing from outside. It replaces the
 * plugin that downloads the document, so it returns that one as well.
 */
export function readQuickly(): object[] {
  const partOf = (document: Document, [section = '', ...names]: readonly string[]): Document => {
    const { paths, components, ...rest } = document
    const [name = '', method] = names
    const kept: Document['components'] = {}
    const methods = section === 'paths' ? paths[name] : undefined
    const own = methods && (method ? { [method]: methods[method] ?? {} } : methods)
    const follow = (part: unknown) => {
      for (const [, kind = '', key = ''] of (JSON.stringify(part) ?? '').matchAll(
        /"#\/components\/(\w+)\/([\w-]+)"/g,
      )) {
        kept[kind] ??= {}
        const found = components[kind]?.[key]
        if (!found || kept[kind][key]) continue
        kept[kind][key] = found
        follow(found)
      }
    }
    if (section === 'components') kept[name] = components[name] ?? {}
    follow(own ?? kept)
    return { ...rest, paths: own ? { [name]: own } : {}, components: kept }
  }
  return [
    SwaggerUIBundle.plugins.DownloadUrl,
    {
      afterLoad({ fn }: Page) {
        const resolve = fn.resolveSubtree
        fn.resolveSubtree = (document, path, options) => resolve(partOf(document, path), path, options)
      },
      statePlugins: {
        spec: {
          wrapActions: {
            parseToJson: (_original: unknown, page: Page) => (text: string) =>
              page.specActions.updateJsonSpec(JSON.parse(text)),
          },
        },
      },
    },
  ]
}
