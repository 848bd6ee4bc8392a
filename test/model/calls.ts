import type { Api } from '../api.ts'

/** A record type of a model. */
export interface ModelType {
  code: string
  fields: { code: string; [name: string]: unknown }[]
}
/** A model as the API returns it. */
export interface Model {
  format: number
  dictionaries: { code: string; entries: { code: string }[]; [name: string]: unknown }[]
  types: ModelType[]
}

/** Reads the model of an instance. */
export const read = async (api: Api): Promise<Model> => (await api.call('get', '/v1/model').expect(200)).body
/** Applies a model. */
export const apply = (api: Api, model: object) => api.call('put', '/v1/model', { format: 1, ...model })
/** Applies a model as a dry run. */
export const attempt = (api: Api, model: object) => api.call('put', '/v1/model?dryRun=true', { format: 1, ...model })
/** The answer of a model without any effect. */
export const nothing = { created: [], changed: [], deleted: [], missing: [], unchanged: 0, refused: [] }
/** Returns the types of a model with these fields of deals. */
export const deal = (...fields: object[]) => ({ types: [{ code: 'deal', fields }] })
/** A field. */
export const city = { code: 'city', kind: 'string', label: { en: 'City', ru: 'Город' } }
