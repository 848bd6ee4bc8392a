import type { Database } from '../database/connect.ts'
import type { Catalogue, CatalogueCache, EntityType } from '../entities/catalogue.ts'
import { findType } from '../entities/find-type.ts'
import type { Language } from '../errors/language.ts'
import { Problem } from '../errors/problem.ts'
import type { Context } from '../fields/value.ts'
import { type Caller, type Identified, identifyNobody, identifyUser } from '../people/caller.ts'
import { type Grant, type Granted, type Limits, makeGrant, nothing, type Operation } from './grant.ts'
import { userFields } from './user-fields.ts'

/** What limits a caller's grant of a type; null where the CRM is closed to the caller. */
export type LimitsOf = (caller: Caller, type: EntityType) => Limits | null

/** Administrators may do everything; others have no roles yet, hence nothing. */
export const limitsOf: LimitsOf = (caller) => (caller.isAdmin ? {} : null)

/** The caller of a request: who it is, what it may do, and how its values are understood. */
export interface Access {
  readonly caller: Caller
  readonly catalogue: Catalogue
  readonly language: Language
  /** What reading values depends on; the zone may be given by the request. */
  context(timeZone?: string): Context
  /** Throws type_not_found, crm_unavailable. */
  grant(typeCode: string): Grant
  /** The grants of all types that are open to the caller. Throws crm_unavailable where none is. */
  open(): Grant[]
  /** The grant of a type that something else leads to: one that allows nothing where the type is closed. */
  linked(typeCode: string): Grant
  /** The grant, for something that the caller may do with some records at least. Throws forbidden besides. */
  grantFor(typeCode: string, operation: Operation): Grant
  /** Throws admin_required. */
  requireAdmin(): void
  /** Throws crm_unavailable unless the caller may read something. */
  requireCrm(): void
}

/** Grants by user and type. */
type Grants = Map<string, Grant>

/** Whose grant of which type. */
interface GrantKey {
  caller: Caller
  typeCode: string
}

/** Where the grants of a request come from. Rights that read the clock, such as `today`, are not kept for other requests. */
interface GrantStore {
  kept: Grants
  ofRequest: Grants
}

const mostGrants = 10_000

/** Makes the access of identified callers; grants are kept while neither rights nor catalogue have changed. */
export class AccessMaker {
  readonly #catalogues: CatalogueCache
  readonly #limitsOf: LimitsOf
  /** The grants of the newest versions of catalogue and rights that a request has come with. */
  #kept: { versions: string; grants: Grants } = { versions: '', grants: new Map() }

  constructor(catalogues: CatalogueCache, limits: LimitsOf = limitsOf) {
    this.#catalogues = catalogues
    this.#limitsOf = limits
  }

  /** The access of a caller; the language is that of the request, else the user's, else the instance's. */
  async make({ caller, catalogueVersion, rightsVersion }: Identified, asked: Language | undefined): Promise<Access> {
    const catalogue = await this.#catalogues.at(catalogueVersion)
    const grants: GrantStore = { kept: this.#grantsOf(`${catalogue.version}.${rightsVersion}`), ofRequest: new Map() }
    const { settings } = catalogue.lookups
    const language = asked ?? caller.language ?? settings.language
    const context = (timeZone = caller.timeZone ?? settings.timeZone): Context => ({
      lookups: catalogue.lookups,
      language,
      userId: caller.userId,
      now: new Date(),
      timeZone,
      countries: [settings.country],
    })
    const requireCrm = () => {
      if (![...catalogue.types.values()].some((type) => this.#limitsOf(caller, type)))
        throw new Problem('crm_unavailable')
    }
    const grant = (typeCode: string) => {
      // Those to whom the CRM is closed are not told which codes exist.
      if (!catalogue.types.has(typeCode)) requireCrm()
      const type = findType(catalogue, typeCode)
      if (!this.#limitsOf(caller, type)) throw new Problem('crm_unavailable')
      return this.#grant(grants, caller, typeCode, catalogue, context())
    }
    return {
      caller,
      catalogue,
      language,
      context,
      grant,
      linked: (typeCode) => this.#grant(grants, caller, typeCode, catalogue, context()),
      grantFor: (typeCode, operation) => {
        const found = grant(typeCode)
        if (this.#limitsOf(caller, found.type)?.rows?.[operation] !== false) return found
        throw new Problem('forbidden', { operation, type: typeCode })
      },
      requireAdmin() {
        if (!caller.isAdmin) throw new Problem('admin_required')
      },
      open: () => {
        const types = [...catalogue.types.values()].filter((type) => this.#limitsOf(caller, type))
        if (!types.length) throw new Problem('crm_unavailable')
        return types.map(({ code }) => grant(code))
      },
      requireCrm,
    }
  }

  /** The same caller, with the catalogue as a transaction has it: what it changed itself is there. */
  async within(trx: Database, { caller, language }: Access): Promise<Access> {
    const maker = new AccessMaker(this.#catalogues.on(trx), this.#limitsOf)
    return await maker.make({ caller, catalogueVersion: 0, rightsVersion: 0 }, language)
  }

  /** The access of a user in whose name something is done after the request. Throws user_inactive. */
  async of(db: Database, userId: number): Promise<Access> {
    const identified = await identifyUser(db, userId)
    if (!identified) throw new Problem('user_inactive')
    return await this.make(identified, undefined)
  }

  /** The access of the server itself, to what is done in nobody's name. */
  async system(db: Database): Promise<Access> {
    return await this.make(await identifyNobody(db), undefined)
  }

  /** A request that began under older rights keeps the grants of these; it never fills those of newer ones. */
  #grantsOf(versions: string): Grants {
    if (versions !== this.#kept.versions || this.#kept.grants.size > mostGrants) {
      this.#kept = { versions, grants: new Map() }
    }
    return this.#kept.grants
  }

  #grant(grants: GrantStore, caller: Caller, typeCode: string, catalogue: Catalogue, context: Context): Grant {
    const key = `${caller.userId}:${typeCode}`
    const known = grants.ofRequest.get(key)
    if (known) return known
    // A kept grant leads to the other grants of this request, which may read the clock.
    const of = (other: string) => this.#grant(grants, caller, other, catalogue, context)
    const kept = grants.kept.get(key)
    const grant = kept ? { ...kept, of } : this.#compile(grants.kept, key, { caller, typeCode, catalogue, context, of })
    grants.ofRequest.set(key, grant)
    return grant
  }

  /** Compiles the rights of a caller to one type; keeps the grant unless it depends on the clock. */
  #compile(
    kept: Grants,
    key: string,
    { caller, typeCode, catalogue, context, of }: Pick<Granted, 'catalogue' | 'context' | 'of'> & GrantKey,
  ): Grant {
    const type = findType(catalogue, typeCode)
    const limits = this.#limitsOf(caller, type) ?? nothing(type)
    const clock = watchClock(context)
    const granted = { catalogue, context: clock.context, isAdmin: caller.isAdmin, users: userFields(caller), of }
    const grant = makeGrant(type, granted, limits)
    if (!clock.wasRead()) kept.set(key, grant)
    return grant
  }
}

/** A context that remembers whether its clock was read. */
function watchClock(context: Context): { context: Context; wasRead(): boolean } {
  let wasRead = false
  const watched = {
    ...context,
    get now() {
      wasRead = true
      return context.now
    },
  }
  return { context: watched, wasRead: () => wasRead }
}
