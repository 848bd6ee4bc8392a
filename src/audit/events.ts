/** Changes of rights and settings, by the first part of the path that changes them. */
const changesByPath = {
  users: 'user.changed',
  departments: 'department.changed',
  groups: 'group.changed',
  roles: 'role.changed',
  'api-keys': 'key.changed',
  settings: 'settings.changed',
  plans: 'plan.changed',
} as const

const visibility = 'visibility.changed'
const changeEvents = [...Object.values(changesByPath), visibility] as const

/** The events of the audit log. */
export const auditEvents = ['refused', 'exported', ...changeEvents] as const
/** An event of the audit log. */
export type AuditEvent = (typeof auditEvents)[number]

/** Returns the event of a write, by its route. Undefined for routes that change neither rights nor settings. */
export function changeEventOf(route: string): AuditEvent | undefined {
  const [, first = '', last = ''] = /^\/v1\/([\w-]+)(?:\/.*?)?(\/visibility)?$/.exec(route) ?? []
  if (last) return visibility
  return first in changesByPath ? changesByPath[first as keyof typeof changesByPath] : undefined
}
