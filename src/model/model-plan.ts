import { isDeepStrictEqual } from 'node:util'
import type { Transaction } from '../database/transaction.ts'
import { type Fault, FaultList, Problem } from '../errors/problem.ts'

/** A change of the database. */
type Step = (trx: Transaction) => Promise<unknown>

/** What applying a model does: the names of the parts, the steps, and the faults that prevent it. */
export class ModelPlan {
  readonly created: string[] = []
  readonly changed: { name: string; members: string[] }[] = []
  readonly deleted: string[] = []
  readonly missing: string[] = []
  unchanged = 0
  readonly faults = new FaultList()
  /** The steps in their order. */
  readonly steps: Step[] = []
  /** The types whose indexes change. A new one has an id once it is created. */
  readonly indexed = new Set<{ id: number }>()

  /** Adds new parts, which one step creates. */
  create(names: readonly string[], step: Step): void {
    this.created.push(...names)
    this.steps.push(step)
  }

  /** Adds a part with the members that differ. Without any the part is unchanged. */
  change(name: string, members: string[], step: Step): void {
    if (!members.length) this.unchanged++
    else {
      this.changed.push({ name, members })
      this.steps.push(step)
    }
  }

  /** Adds a part to delete. */
  delete(name: string, step: Step): void {
    this.deleted.push(name)
    this.steps.push(step)
  }

  /** Adds a fault. */
  refuse(pointer: string, code: Fault['code'], fault: Omit<Fault, 'code' | 'pointer'> = {}): void {
    this.faults.push({ pointer, code, ...fault })
  }

  /** Returns what the reader returns. Adds its faults at this place and returns undefined if it throws any. */
  read<T>(pointer: string, reader: () => T): T | undefined {
    try {
      return reader()
    } catch (error) {
      if (!(error instanceof Problem && error.faults.length)) throw error
      for (const fault of error.faults) this.faults.push({ ...fault, pointer: pointer + (fault.pointer ?? '') })
      return undefined
    }
  }

  /** Returns the items of a list, each with its place, without those whose code is repeated. */
  items<T extends { code: string }>(list: readonly T[], pointer: string): [T, string][] {
    const codes = list.map(({ code }) => code)
    return list.flatMap((item, index): [T, string][] => {
      const place = `${pointer}/${index}`
      if (codes.indexOf(item.code) === index) return [[item, place]]
      this.refuse(`${place}/code`, 'duplicate_value')
      return []
    })
  }
}

/** Returns the names of the members whose values differ from the present ones. */
export function differences<T extends object>(given: Partial<T>, present: T): string[] {
  const names = Object.keys(given) as (keyof T & string)[]
  return names.filter((name) => !isDeepStrictEqual(given[name], present[name]))
}
