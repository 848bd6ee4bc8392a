import { parseArgs } from 'node:util'

/** Options of a benchmark: `--only get,create`, `--json`, and BENCH_ROWS, BENCH_ROUNDS, BENCH_SECONDS. */
export interface BenchOptions {
  /** Number of records of the main types. */
  rows: number
  rounds: number
  /** Duration of one measurement. */
  seconds: number
  only: readonly string[] | undefined
  json: boolean
}

/** Reads the options from arguments and environment. */
export function readOptions(usual: { rows?: number } = {}): BenchOptions {
  const { values } = parseArgs({ options: { only: { type: 'string' }, json: { type: 'boolean', default: false } } })
  const number = (name: string, otherwise: number) => Number(process.env[name] ?? otherwise)
  return {
    rows: number('BENCH_ROWS', usual.rows ?? 100_000),
    rounds: number('BENCH_ROUNDS', 3),
    seconds: number('BENCH_SECONDS', 1),
    only: values.only?.split(','),
    json: values.json,
  }
}
