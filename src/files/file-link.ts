import { Problem } from '../errors/problem.ts'
import type { SignedValues } from '../json/signed-values.ts'
import type { Scopes } from '../people/scopes.ts'
import type { Access } from '../rights/access.ts'

/** How long a link to a file is valid, in minutes. */
export const linkMinutes = 10

/** The content of a link to the file of a job: who made it, and with which scopes of a key. */
export interface FileLink {
  use: 'job file'
  jobId: number
  userId: number
  scopes: Scopes
  /** In milliseconds since 1970. */
  expiresAt: number
}

/** Returns a link to the file of a job, which works without a key and as long as the user who created it may fetch the file. */
export function linkTo(values: SignedValues, jobId: number, { caller }: Access, now: Date) {
  const expiresAt = now.getTime() + linkMinutes * 60_000
  const link: FileLink = { use: 'job file', jobId, userId: caller.userId, scopes: caller.scopes, expiresAt }
  return { url: `/v1/downloads/${values.write(link)}`, expiresAt: new Date(expiresAt).toISOString() }
}

/** Returns the content of a link. Throws invalid_link when it was changed or has expired. */
export function readLink(values: SignedValues, text: string, now: Date): FileLink {
  const link = values.read<FileLink>(text, { use: 'job file' })
  if (!link || link.expiresAt <= now.getTime()) throw new Problem('invalid_link')
  return link
}
