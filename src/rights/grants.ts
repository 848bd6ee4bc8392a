import type { Catalogue, EntityType } from '../entities/catalogue.ts'
import { findType } from '../entities/find-type.ts'
import { Problem } from '../errors/problem.ts'
import type { Caller } from '../people/caller.ts'
import { requireScope } from '../people/scopes.ts'
import type { UserRights } from './caller-rights.ts'
import { denyAll, type Grant, makeGrant, type Operation } from './grant.ts'
import { type Limits, type LimitsOf, withinScopes } from './limits.ts'
import { userProperties } from './user-properties.ts'

/** What was made for one caller at one version of rights and catalogue. */
export interface KeptGrants {
  /** The limits by type. */
  limits: Map<string, KeptLimits>
  grants: Map<string, Grant>
}

/** The limits of a type. Null if it is closed. */
interface KeptLimits {
  /** What the user may do. */
  ofUser: Limits | null
  /** What the key leaves of it. */
  ofKey: Limits | null
}

/** The caller of grants, and what they are made from. */
export interface GrantsSource {
  caller: Caller
  catalogue: Catalogue
  rights: UserRights
  kept: KeptGrants
  limitsOf: LimitsOf
}

/** The grants of one caller, each made when it is first needed. */
export class Grants {
  readonly #from: GrantsSource

  constructor(from: GrantsSource) {
    this.#from = from
  }

  /** Returns the grant for a type. It allows nothing if the type is closed to the caller. */
  of(typeCode: string): Grant {
    const { caller, catalogue, rights, kept } = this.#from
    const known = kept.grants.get(typeCode)
    if (known) return known
    const type = findType(catalogue, typeCode)
    const { userId, isAdmin, scopes } = caller
    const seesEverything = isAdmin && !scopes
    const administers = (isAdmin || rights.settings) && !scopes
    const of = (other: string) => this.of(other)
    const granted = { catalogue, userId, seesEverything, administers, scopes, users: userProperties(isAdmin), of }
    const grant = makeGrant(type, granted, this.#limits(type).ofKey ?? denyAll(type))
    kept.grants.set(typeCode, grant)
    return grant
  }

  /**
   * Returns the grant for a type. Throws `crm_unavailable`, `type_not_found`, `forbidden` if the type is closed to the
   * user, and `insufficient_scope` if it is closed to the key.
   */
  ofOpen(typeCode: string): Grant {
    // Callers without access to the CRM must not learn which codes exist.
    this.requireCrm()
    const type = findType(this.#from.catalogue, typeCode)
    const { ofUser, ofKey } = this.#limits(type)
    if (!ofUser) throw new Problem('forbidden', { operation: 'read', type: typeCode })
    if (!ofKey) requireScope(this.#from.caller, typeCode, 'read')
    return this.of(typeCode)
  }

  /** Returns the grant if it allows the operation on any records. Throws like `ofOpen`. */
  for(typeCode: string, operation: Operation): Grant {
    const grant = this.ofOpen(typeCode)
    if (this.#limits(grant.type).ofKey?.rows?.[operation] !== false) return grant
    throw grant.refusal(operation)
  }

  /** Returns the grants for all types that are open to the caller. Throws `crm_unavailable`. */
  open(): Grant[] {
    this.requireCrm()
    return this.#types.filter((type) => this.#limits(type).ofKey).map(({ code }) => this.of(code))
  }

  /** Throws `crm_unavailable` unless the CRM is on and the caller may read records of some type. */
  requireCrm(): void {
    this.requireRole()
    if (!this.#from.catalogue.lookups.settings.crmEnabled) throw unavailable('switched_off')
  }

  /** Throws `crm_unavailable` unless the caller may read records of some type, also while the CRM is off. */
  requireRole(): void {
    const mayRead = ({ ofUser }: KeptLimits) => ofUser !== null && ofUser.rows?.read !== false
    if (!this.#types.some((type) => mayRead(this.#limits(type)))) throw unavailable('no_role')
  }

  get #types(): EntityType[] {
    return [...this.#from.catalogue.types.values()]
  }

  #limits(type: EntityType): KeptLimits {
    const { caller, catalogue, rights, kept, limitsOf } = this.#from
    const known = kept.limits.get(type.code)
    if (known) return known
    const ofUser = limitsOf(caller, type, { rights, pipelines: catalogue.lookups.pipelines.get(type.id) })
    const limits = { ofUser, ofKey: ofUser && withinScopes(ofUser, caller.scopes, type.code) }
    kept.limits.set(type.code, limits)
    return limits
  }
}

function unavailable(reason: 'no_role' | 'switched_off'): Problem {
  return new Problem('crm_unavailable', { reason }, { extra: { reason } })
}
