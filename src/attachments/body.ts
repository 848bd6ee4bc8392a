import type { FastifyRequest } from 'fastify'
import { pointerOf } from '../errors/json-pointer.ts'
import type { App } from '../http/foundation.ts'
import { ref } from '../schema/build.ts'
import type { NewAttachment } from './attach.ts'
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

/** Returns the files of a JSON body. Throws every fault of it. */
export function readFilesToAttach(app: App, { body }: Pick<FastifyRequest, 'body'>): NewAttachment[] {
  const check = app.validatorCompiler!({ schema: ref(FilesToAttach), method: 'POST', url: '', httpPart: 'body' })
  const result = check(body ?? null) as { value: FilesToAttach } | { error: Error }
  if ('error' in result) throw result.error
  return result.value.files.map(({ id }, index) => ({ id, pointer: pointerOf(['files', index, 'id']) }))
}
