import type { Database } from '../database/connect.ts'
import type { Catalogue, CatalogueCache, EntityType } from '../entities/catalogue.ts'
import { findType } from '../entities/find-type.ts'
import type { Language } from '../errors/language.ts'
import { Problem } from '../errors/problem.ts'
import type { Context } from '../fields/value.ts'
import { type Caller, type IdentifiedCaller, identifyServer, identifyUser } from '../people/caller.ts'
import { denyAll, type Grant, type GrantContext, type Limits, makeGrant, type Operation } from './grant.ts'
import { userProperties } from './user-properties.ts'

/** Returns the limits of a caller's grant for a type, or null if the type is closed to the caller. */
export type LimitsOf = (caller: Caller, type: EntityType) => Limits | null

/** Administrators may do everything. Other users have no roles yet and may do nothing. */
export const limitsOf: LimitsOf = (caller) => (caller.isAdmin ? {} : null)

/** The caller of a request, its grants, and its language and time zone. */
export interface Access {
  readonly caller: Caller
  readonly catalogue: Catalogue
  readonly language: Language
  /** The version of the rights that apply. */
  readonly rightsVersion: number
  /** Returns the context for reading values, by default in the time zone of the caller. */
  context(timeZone?: string): Context
  /** Returns the grant for a type. Throws `type_not_found` and `crm_unavailable`. */
  grant(typeCode: string): Grant
  /** Returns the grants for all types that are open to the caller. Throws `crm_unavailable` when there are none. */
  open(): Grant[]
  /** Returns the grant for a type reached by a link. It allows nothing if the type is closed to the caller. */
  linked(typeCode: string): Grant
  /** Returns the grant if it allows the operation on any records. Also throws `forbidden`. */
  grantFor(typeCode: string, operation: Operation): Grant
  /** Throws `admin_required` unless the caller is an administrator. */
  requireAdmin(): void
  /** Throws `crm_unavailable` unless some type is open to the caller. */
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

/** Creates the access of identified callers. It keeps grants until the rights or the catalogue change. */
export class AccessMaker {
  readonly #catalogues: CatalogueCache
  readonly #limitsOf: LimitsOf
  /** The grants for the latest versions of catalogue and rights that a request used. */
  #kept: { versions: string; grants: Grants } = { versions: '', grants: new Map() }

  constructor(catalogues: CatalogueCache, limits: LimitsOf = limitsOf) {
    this.#catalogues = catalogues
    this.#limitsOf = limits
  }

  /** Creates the access of a caller. The language is from the request, else the user, else the settings. */
  async make(
    { caller, catalogueVersion, rightsVersion }: IdentifiedCaller,
    asked: Language | undefined,
  ): Promise<Access> {
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
      // Callers without access to the CRM must not learn which codes exist.
      if (!catalogue.types.has(typeCode)) requireCrm()
      const type = findType(catalogue, typeCode)
      if (!this.#limitsOf(caller, type)) throw new Problem('crm_unavailable')
      return this.#grant(grants, caller, typeCode, catalogue, context())
    }
    return {
      caller,
      catalogue,
      language,
      rightsVersion,
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

  /** Returns the access of the same caller with the catalogue of a transaction, including its own changes. */
  async within(trx: Database, { caller, language }: Access): Promise<Access> {
    const maker = new AccessMaker(this.#catalogues.on(trx), this.#limitsOf)
    return await maker.make({ caller, catalogueVersion: 0, rightsVersion: 0 }, language)
  }

  /** Returns the access of a user for work after the request, such as jobs. Throws `user_inactive`. */
  async of(db: Database, userId: number): Promise<Access> {
    const identified = await identifyUser(db, userId)
    if (!identified) throw new Problem('user_inactive')
    return await this.make(identified, undefined)
  }

  /** Returns the access of the server itself, for work without a user. */
  async system(db: Database): Promise<Access> {
    return await this.make(await identifyServer(db), undefined)
  }

  /** Returns the grants for these versions. A request that began with older versions does not add to newer grants. */
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
    { caller, typeCode, catalogue, context, of }: Pick<GrantContext, 'catalogue' | 'context' | 'of'> & GrantKey,
  ): Grant {
    const type = findType(catalogue, typeCode)
    const limits = this.#limitsOf(caller, type) ?? denyAll(type)
    const clock = watchClock(context)
    const granted = { catalogue, context: clock.context, isAdmin: caller.isAdmin, users: userProperties(caller), of }
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
