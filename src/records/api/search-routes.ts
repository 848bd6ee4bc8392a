import Type from 'typebox'
import type { SystemType } from '../../entities/types.ts'
import { problems } from '../../errors/documents.ts'
import { nearest } from '../../errors/nearest.ts'
import { allOf, type Fault, invalid } from '../../errors/problem.ts'
import { misnamed, namesIn } from '../../errors/unknown-name.ts'
import type { App } from '../../http/foundation.ts'
import { onePage } from '../../http/id-page.ts'
import { listOf } from '../../http/lists.ts'
import { ref, saying } from '../../schema/build.ts'
import { searchEverything } from '../search/search-all-types.ts'
import { readWords } from '../search/search-words.ts'
import { SearchQuery } from './requests.ts'
import type { RecordRoutes } from './route-context.ts'

const SearchHit = Type.Object(
  {
    type: Type.String({ description: 'Code of its type.', examples: ['contact'] }),
    id: Type.Integer({ description: 'Id of the record.', examples: [15] }),
    name: Type.String({ description: 'What it is called.', examples: ['Иван Петров'] }),
    score: Type.Number({
      description:
        'How well it fits, from 1 down to 0: 1 for whole values, 0.9 for whole words, 0.8 for their beginnings, 0.7 for parts, less with typing errors.',
      examples: [0.9],
    }),
    matched: Type.Array(
      Type.Object({
        field: Type.String({ description: 'Name of the field.', examples: ['lastName'] }),
        value: Type.String({ description: 'Its value.', examples: ['Петров'] }),
      }),
      { description: 'The fields that have the words, in the order of the words.' },
    ),
  },
  { $id: 'SearchHit', description: 'A record that a search has found.' },
)
const SearchHitList = listOf(SearchHit, 'SearchHitList')

/** The schemas that the search refers to. */
export const searchSchemas = [SearchHit, SearchHitList]

/** One search over the records of all types. */
export function searchRoute(app: App, types: readonly SystemType[], routes: RecordRoutes): void {
  app.get(
    '/search',
    {
      schema: {
        ...saying('Records')(
          'searchRecords',
          'Search records of all types',
          'The best hits among all records that the caller may see, in fields that the caller may see. To page through the hits of one type, give `q` to its list.',
        ),
        querystring: SearchQuery,
        response: { 200: ref(SearchHitList), ...problems(400, 401, 403, 503) },
      },
    },
    async (request) => {
      const { q, limit } = request.query
      const { access } = request
      access.requireCrm()
      const { words, chosen } = allOf({
        words: () => readWords(q, access.context().countries, { parameter: 'q' }),
        chosen: () => chosenTypes(request.query.types, types),
      })
      return onePage(await searchEverything(routes.db, access, words, { types: chosen, limit }))
    },
  )
}

function chosenTypes(asked: string | undefined, types: readonly SystemType[]): string[] {
  const known = types.map(({ code }) => code)
  if (asked === undefined) return known
  const names = namesIn(asked)
  const faults = names.flatMap((name): Fault[] =>
    known.includes(name) ? [] : [misnamed({ parameter: 'types' }, 'unknown_type', name, nearest(name, known))],
  )
  if (faults.length) throw invalid(faults)
  return [...new Set(names)]
}
