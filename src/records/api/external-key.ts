import { type Fault, invalid } from '../../errors/problem.ts'
import { type ExternalId, readExternalId } from '../../fields/kinds/external-ids-kind.ts'
import { externalKeysIn } from '../../fields/kinds/kinds.ts'
import type { Place } from '../../fields/value.ts'
import type { Access } from '../../rights/access.ts'

/** Reads the external key in the path. Throws `malformed_request`. */
export function readExternalKey(params: ExternalId, access: Access, typeCode: string): ExternalId {
  const field = externalKeysIn(access.grant(typeCode).type.fields)
  const place: Place = { field, context: access.context(), pointer: '', faults: [] }
  const key = readExternalId({ source: params.source, key: params.key }, place)
  if (key) return key
  throw invalid(place.faults.map((fault: Fault) => ({ ...fault, parameter: fault.pointer?.slice(1) ?? '' })))
}
