import type { FastifyReply, FastifyRequest } from 'fastify'
import { inTransaction, type Transaction } from '../database/transaction.ts'
import { type Answer, answerIndex, isDryRun, once, type SerializedAnswer } from '../idempotency/once.ts'
import { createFile, type FileContext, type NewFile, removeBytes } from './file-lifecycle.ts'

/**
 * Creates a file of stored bytes and does what the request wants with it, in one transaction, unless an earlier request
 * with the same idempotency key has. Removes the bytes if they are not needed.
 */
export async function saveUpload(
  request: FastifyRequest,
  reply: FastifyReply,
  files: FileContext,
  received: NewFile,
  use: (trx: Transaction, fileId: number) => Promise<Answer>,
): Promise<SerializedAnswer> {
  const fingerprint = `${received.sha256} ${received.name}`
  let isKept = false
  const work = async (trx: Transaction) => {
    isKept = true
    const userId = request.access.caller.userId
    return await use(trx, await createFile(trx, received, { purpose: 'upload', userId }))
  }
  const attempt = (trx: Transaction) => {
    isKept = false
    return once(request, reply, trx, work, { fingerprint })
  }
  try {
    const dryRun = isDryRun(request)
    const answer = await inTransaction(files.db, attempt, { retryOnUnique: [answerIndex], dryRun })
    if (dryRun) isKept = false
    return answer
  } catch (error) {
    isKept = false
    throw error
  } finally {
    if (!isKept) await removeBytes(files, received.location)
  }
}
