import type { Database } from '../database/connect.ts'
import type { Catalogue, CatalogueCache } from '../entities/catalogue.ts'
import type { Language } from '../errors/language.ts'
import { Problem } from '../errors/problem.ts'
import type { Context } from '../fields/value.ts'
import type { Job } from '../jobs/job.ts'
import { type Caller, type IdentifiedCaller, identifyServer, identifyUser } from '../people/caller.ts'
import { requireUnscoped, type Scopes } from '../people/scopes.ts'
import { noRights, RightsCache } from './caller-rights.ts'
import type { Grant, Operation } from './grant.ts'
import { Grants, type KeptGrants } from './grants.ts'
import { type LimitsOf, limitsOf } from './limits.ts'

/** The caller of a request, its grants, and its language and time zone. */
export interface Access {
  readonly caller: Caller
  readonly catalogue: Catalogue
  readonly language: Language
  /** The version of the rights that apply. */
  readonly rightsVersion: number
  /** Whether the caller is a portal administrator, who also manages people and keys. */
  readonly administers: boolean
  /** Whether the caller administers the CRM: by the settings right of a role, or as a portal administrator. */
  readonly configures: boolean
  /** Returns the context for reading values, by default in the time zone of the caller. */
  context(timeZone?: string): Context
  /** Returns the grant for a type. Throws `type_not_found`, `crm_unavailable`, and `forbidden` if the type is closed. */
  grant(typeCode: string): Grant
  /** Returns the grants for all types that are open to the caller. Throws `crm_unavailable`. */
  open(): Grant[]
  /** Returns the grant for a type reached by a link. It allows nothing if the type is closed to the caller. */
  linked(typeCode: string): Grant
  /** Returns the grant if it allows the operation on any records. Throws like `grant`, and `forbidden`. */
  grantFor(typeCode: string, operation: Operation): Grant
  /** Throws `admin_required` unless the caller is a portal administrator. */
  requireAdmin(): void
  /** Throws `settings_required` unless the caller administers the CRM. */
  requireSettings(): void
  /** Throws `crm_unavailable` unless the CRM is on and the caller may read records of some type. */
  requireCrm(): void
  /** Throws `crm_unavailable` unless the caller may read records of some type, also while the CRM is off. */
  requireRole(): void
}

/** The most callers whose grants are kept. */
const mostCallers = 2_000

/** The grants of callers at one version of rights and catalogue. */
interface KeptCallers {
  versions: string
  byCaller: Map<string, KeptGrants>
}

/** Creates the access of identified callers. It keeps grants until the rights or the catalogue change. */
export class AccessMaker {
  readonly #db: Database
  readonly #catalogues: CatalogueCache
  readonly #limitsOf: LimitsOf
  readonly #rights = new RightsCache()
  /** The grants for the latest versions of catalogue and rights that a request used. */
  #kept: KeptCallers = { versions: '', byCaller: new Map() }

  constructor(db: Database, catalogues: CatalogueCache, limits: LimitsOf = limitsOf) {
    this.#db = db
    this.#catalogues = catalogues
    this.#limitsOf = limits
  }

  /** Creates the access of a caller. The language is from the request, else the user, else the settings. */
  async make(
    { caller, catalogueVersion, rightsVersion }: IdentifiedCaller,
    asked: Language | undefined,
  ): Promise<Access> {
    const catalogue = await this.#catalogues.at(catalogueVersion)
    const { version, rights } = caller.isAdmin
      ? { version: rightsVersion, rights: noRights }
      : await this.#rights.at(this.#db, caller.userId, rightsVersion)
    const kept = this.#keptFor(caller, `${catalogue.version}.${version}`)
    const grants = new Grants({ caller, catalogue, rights, kept, limitsOf: this.#limitsOf })
    const { settings } = catalogue.lookups
    const language = asked ?? caller.language ?? settings.language
    const isScoped = caller.scopes !== null
    const configures = caller.isAdmin || rights.settings
    return {
      ...{ caller, catalogue, language, rightsVersion: version },
      administers: caller.isAdmin && !isScoped,
      configures: configures && !isScoped,
      context: (timeZone = caller.timeZone ?? settings.timeZone): Context => ({
        lookups: catalogue.lookups,
        language,
        userId: caller.userId,
        now: new Date(),
        timeZone,
        countries: [settings.country],
      }),
      grant: (typeCode) => grants.ofOpen(typeCode),
      linked: (typeCode) => grants.of(typeCode),
      grantFor: (typeCode, operation) => grants.for(typeCode, operation),
      open: () => grants.open(),
      requireAdmin() {
        if (!caller.isAdmin) throw new Problem('admin_required')
        requireUnscoped(caller)
      },
      requireSettings() {
        if (!configures) throw new Problem('settings_required')
        requireUnscoped(caller)
      },
      requireCrm: () => grants.requireCrm(),
      requireRole: () => grants.requireRole(),
    }
  }

  /** Returns the access of the same caller with the catalogue of a transaction, including its own changes. */
  async within(trx: Database, { caller, language }: Access): Promise<Access> {
    const maker = new AccessMaker(trx, this.#catalogues.on(trx), this.#limitsOf)
    return await maker.make({ caller, catalogueVersion: 0, rightsVersion: 0 }, language)
  }

  /** Returns the access of a user without a key. Throws `user_inactive`. */
  async of(db: Database, userId: number, scopes: Scopes = null, language?: Language): Promise<Access> {
    const identified = await identifyUser(db, userId, scopes)
    if (!identified) throw new Problem('user_inactive')
    return await this.make(identified, language)
  }

  /**
   * Returns the access of a job: its user, within the scopes of the key that started it, by default in the language of the
   * user. Throws `user_inactive`.
   */
  async ofJob(
    db: Database,
    { createdBy, scopes }: Pick<Job, 'createdBy' | 'scopes'>,
    language?: Language,
  ): Promise<Access> {
    // Jobs store the scopes of keys, which were checked.
    return await this.of(db, createdBy, scopes as Scopes, language)
  }

  /** Returns the access of the server itself, for work without a user. */
  async system(db: Database): Promise<Access> {
    return await this.make(await identifyServer(db), undefined)
  }

  /** Returns what is kept for a caller. A request that began with older versions does not add to newer grants. */
  #keptFor({ userId, isAdmin, scopes }: Caller, versions: string): KeptGrants {
    if (versions !== this.#kept.versions || this.#kept.byCaller.size >= mostCallers) {
      this.#kept = { versions, byCaller: new Map() }
    }
    const { byCaller } = this.#kept
    const name = `${userId} ${isAdmin} ${scopes ? JSON.stringify(scopes) : ''}`
    const kept = byCaller.get(name) ?? { limits: new Map(), grants: new Map() }
    byCaller.set(name, kept)
    return kept
  }
}
