import type { FastifyRequest } from 'fastify'
import { attachmentsField } from '../entities/attachments.ts'
import { pointerTo } from '../entities/change.ts'
import { FaultList, invalid } from '../errors/problem.ts'
import { fileIds } from '../fields/kinds/file-kind.ts'
import { kindOf } from '../fields/kinds/kinds.ts'
import { placeOfId } from '../fields/named-ids.ts'
import type { App } from '../http/foundation.ts'
import { ref } from '../schema/build.ts'
import type { NewAttachments } from './attach.ts'
import { FileForm, FilesToAttach } from './schemas.ts'

/** The body of a request to attach files. The server checks JSON itself: a form is read as a stream instead. */
export const attachmentBody = {
  description: 'Uploaded files, or a form with the part `file`, which is uploaded and attached.',
  content: { 'application/json': { schema: ref(FilesToAttach) }, 'multipart/form-data': { schema: FileForm } },
}

/** Returns the options of the route: its body is not validated before its media type is known. */
export function uncheckedBody(app: App) {
  const validatorCompiler: NonNullable<App['validatorCompiler']> = (part) =>
    part.httpPart === 'body' ? (value: unknown) => ({ value }) : app.validatorCompiler!(part)
  return { validatorCompiler, config: { runsOnce: true } }
}

/** Returns the files of a JSON body, which it names as a field of files does. Throws every fault of it. */
export function readFilesToAttach(app: App, { body, access }: Pick<FastifyRequest, 'body' | 'access'>): NewAttachments {
  const check = app.validatorCompiler!({ schema: ref(FilesToAttach), method: 'POST', url: '', httpPart: 'body' })
  const result = check(body ?? null) as { value: FilesToAttach } | { error: Error }
  if ('error' in result) throw result.error
  const { files } = result.value
  const faults = new FaultList()
  const place = { field: attachmentsField, context: access.context(), pointer: pointerTo(attachmentsField), faults }
  const ids = fileIds(kindOf(attachmentsField).read(files, place, null))
  if (faults.length) throw invalid(faults)
  const { pointer } = place
  return { pointer, files: ids.map((id) => ({ id, pointer: pointer + placeOfId(files, id) })) }
}
