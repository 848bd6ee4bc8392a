import { sql } from 'kysely'
import type { Database } from '../../database/connect.ts'
import { inTimeBox } from '../../database/time-box.ts'
import { type Fault, invalid } from '../../errors/problem.ts'
import type { Target } from '../../fields/kind.ts'
import { type ListRequest, placeOf } from './parse-list-request.ts'
import { type Unindexed, unindexedNames } from './unindexed.ts'

const flushInterval = 5_000

/** How often a field was filtered and sorted by without an index. */
interface Uses {
  filters: number
  sorts: number
}

/** The log that failures are written to. */
interface Log {
  warn(fields: object, message: string): void
}

/**
 * Lists that are filtered or sorted without an index. It limits their time, and counts the uses of each field in memory.
 * The counts are stored with one statement every few seconds, so that they cost a request nothing.
 */
export class UnindexedReads {
  readonly #db: Database
  readonly #log: Log
  /** The time limit of each statement, in milliseconds. */
  readonly #time: number
  readonly #timer: NodeJS.Timeout
  #pending = new Map<number, Uses>()
  #flushing: Promise<void> = Promise.resolve()

  constructor(db: Database, log: Log, time: number) {
    this.#db = db
    this.#log = log
    this.#time = time
    this.#timer = setInterval(() => void this.flush(), flushInterval).unref()
  }

  /** Counts the uses of the fields. Returns their names. */
  note(unindexed: Unindexed): string[] {
    this.#count(unindexed.filters, 'filters')
    // Where no index could help, administrators need no advice.
    this.#count(
      unindexed.sorts.filter(({ lacksIndex }) => lacksIndex?.sort),
      'sorts',
    )
    return unindexedNames(unindexed)
  }

  /** Reads a list, within the time limit if it lacks an index. Throws `too_slow_without_index`. */
  async read<T>(
    db: Database,
    { unindexed, request }: { unindexed: Unindexed; request: ListRequest },
    work: (db: Database) => Promise<T>,
  ): Promise<T> {
    if (!unindexedNames(unindexed).length) return await work(db)
    const found = await inTimeBox(db, this.#time, async (trx) => ({ found: await work(trx) }))
    if (found) return found.found
    throw invalid(faultsOf(unindexed, request, this.#time))
  }

  /** Stores the counts so far. */
  async flush(): Promise<void> {
    this.#flushing = this.#flushing.then(() => this.#store())
    await this.#flushing
  }

  /** Stores the last counts and stops. */
  async close(): Promise<void> {
    clearInterval(this.#timer)
    await this.flush()
  }

  #count(targets: readonly Target[], kind: keyof Uses): void {
    for (const id of new Set(targets.map(({ field }) => field.userFieldId))) {
      if (id === null) continue
      const uses = this.#pending.get(id) ?? { filters: 0, sorts: 0 }
      this.#pending.set(id, { ...uses, [kind]: uses[kind] + 1 })
    }
  }

  async #store(): Promise<void> {
    if (!this.#pending.size) return
    const uses = [...this.#pending].map(([id, counts]) => ({ id, ...counts }))
    this.#pending = new Map()
    try {
      await addUses(this.#db, uses)
    } catch (error) {
      this.#log.warn({ err: error }, 'some uses of fields without an index were not counted')
    }
  }
}

/** Adds to the stored counts, in the order of ids, so that servers do not wait for each other in a circle. */
async function addUses(db: Database, uses: readonly (Uses & { id: number })[]): Promise<void> {
  await sql`
    insert into local.unindexed_use as u (field_id, filters, sorts)
    select f.id, v.filters, v.sorts
    from json_to_recordset(${JSON.stringify(uses)}) as v (id bigint, filters bigint, sorts bigint)
    join user_field as f on f.id = v.id order by f.id
    on conflict (field_id) do update set filters = u.filters + excluded.filters, sorts = u.sorts + excluded.sorts,
      last_at = now()`.execute(db)
}

function faultsOf({ filters, sorts }: Unindexed, request: ListRequest, time: number): Fault[] {
  const at = (targets: readonly Target[], name: 'filter' | 'sort') => {
    // The next pages of a list are requested with a cursor only.
    const place = placeOf(request, request[name] ? name : 'cursor')
    const byPath = new Map(targets.map((target) => [target.path, target]))
    return [...byPath].map(([path, { lacksIndex }]): Fault => {
      const code = lacksIndex?.[name] ? 'too_slow_without_index' : 'too_slow_to_sort'
      return { ...place, code, params: { name: path, seconds: time / 1000 } }
    })
  }
  return [...at(filters, 'filter'), ...at(sorts, 'sort')]
}
