import type { Context } from '../../fields/value.ts'
import type { Grant } from '../../rights/grant.ts'
import type { DuplicatePolicy } from './duplicates.ts'

/** What decides which records the rows of a file name or duplicate. */
export interface MatchingPlan {
  grant: Grant
  context: Context
  /** The source of the external ids of the file: the program that wrote it. */
  source: string
  /** The job, if it is a dry run. */
  dryRunOf?: number | undefined
  options: {
    /** Whether to create the companies of contacts that do not exist. Default: true. */
    createCompanies?: boolean
    duplicates?: DuplicatePolicy
  }
}
