import type { Catalogue } from '../entities/catalogue.ts'
import { Problem } from '../errors/problem.ts'
import type { PlanFeature } from '../fields/lookups.ts'

/** Throws `plan_feature_required` unless the plan in force includes the feature. */
export function requireFeature({ catalogue }: { catalogue: Catalogue }, feature: PlanFeature): void {
  if (catalogue.lookups.plan.features.includes(feature)) return
  throw new Problem('plan_feature_required', { feature }, { extra: { feature } })
}
