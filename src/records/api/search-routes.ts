import Type from 'typebox'
import { problems } from '../../errors/documents.ts'
import { nearest } from '../../errors/nearest.ts'
import { type Fault, invalid, readAll } from '../../errors/problem.ts'
import { namesIn, unknownNameFault } from '../../errors/unknown-name.ts'
import type { App } from '../../http/foundation.ts'
import { onePage } from '../../http/id-page.ts'
import { listOf } from '../../http/lists.ts'
import { addSchemas } from '../../http/shared-schemas.ts'
import { describeOperations, ref } from '../../schema/build.ts'
import { searchEverything } from '../search/search-all-types.ts'
import { parseSearchText } from '../search/search-words.ts'
import { SearchQuery } from './requests.ts'
import type { RecordRoutes } from './route-context.ts'

const SearchHit = Type.Object(
  {
    type: Type.String({ description: 'Code of the record type.', examples: ['contact'] }),
    id: Type.Integer({ description: 'Id of the record.', examples: [15] }),
    name: Type.String({ description: 'Name of the record.', examples: ['Иван Петров'] }),
    score: Type.Number({
      description:
        'Quality of the match, from 0 to 1: 1 for a whole value, 0.9 for a whole word, 0.8 for the beginning of a word, 0.7 for a part of a word, less with typing errors.',
      examples: [0.9],
    }),
    matched: Type.Array(
      Type.Object({
        field: Type.String({ description: 'Name of the field.', examples: ['lastName'] }),
        value: Type.String({ description: 'Value of the field.', examples: ['Петров'] }),
      }),
      { description: 'Fields that match the words, in the order of the words.' },
    ),
  },
  { $id: 'SearchHit', description: 'A record that matches a search.' },
)
const SearchHitList = listOf(SearchHit, 'SearchHitList')

/** Adds the route that searches the records of all types. */
export function searchRoute(app: App, routes: RecordRoutes): void {
  addSchemas(app, [SearchHit, SearchHitList])
  app.get(
    '/search',
    {
      schema: {
        ...describeOperations('Records')(
          'searchRecords',
          'Search records of all types',
          'Returns the best matches among the records and fields that the caller may read. To page through the matches of one type, send `q` to its list.',
        ),
        querystring: SearchQuery,
        response: { 200: ref(SearchHitList), ...problems(400, 401, 403, 503) },
      },
    },
    async (request) => {
      const { q, limit } = request.query
      const { access } = request
      access.requireCrm()
      const { words, chosen } = readAll({
        words: () => parseSearchText(q, access.context().countries, { parameter: 'q' }),
        chosen: () => chosenTypes(request.query.types, [...access.catalogue.types.keys()]),
      })
      return onePage(await searchEverything(routes.db, access, words, { types: chosen, limit }))
    },
  )
}

function chosenTypes(asked: string | undefined, known: string[]): string[] {
  if (asked === undefined) return known
  const names = namesIn(asked)
  const faults = names.flatMap((name): Fault[] =>
    known.includes(name) ? [] : [unknownNameFault({ parameter: 'types' }, 'unknown_type', name, nearest(name, known))],
  )
  if (faults.length) throw invalid(faults)
  return [...new Set(names)]
}
