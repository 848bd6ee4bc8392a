import { type Fault, Problem } from '../errors/problem.ts'
import { requireFeature } from '../plans/require.ts'
import type { Access } from '../rights/access.ts'
import type { Grant } from '../rights/grant.ts'

/** The views of records that a caller can name. Only the list can be exported. */
export const views = ['list', 'board', 'calendar'] as const

/** The view that a caller exports, and its place in the request. */
export interface NamedView {
  view: (typeof views)[number]
  at: Pick<Fault, 'pointer' | 'parameter'>
}

/**
 * Returns the grant of the caller for exports. Checks the plan, then the right, then the view. Throws
 * plan_feature_required, export_right_required, export_requires_list_view.
 */
export function requireExport(access: Access, typeCode: string, named?: NamedView): Grant {
  requireFeature(access, 'export')
  const grant = exportGrant(access, typeCode)
  if (named && named.view !== 'list') {
    const { view, at } = named
    const fault: Fault = { ...at, code: 'unknown_value', allowed: ['list'] }
    throw new Problem('export_requires_list_view', { view }, { faults: [fault], extra: { view } })
  }
  return grant
}

function exportGrant(access: Access, typeCode: string): Grant {
  try {
    return access.grantFor(typeCode, 'export')
  } catch (error) {
    // A missing export right has its own code, distinct from `forbidden`.
    if (error instanceof Problem && error.code === 'forbidden') {
      throw new Problem('export_right_required', { type: typeCode })
    }
    throw error
  }
}
