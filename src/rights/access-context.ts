import type { TaskContext } from '../jobs/task.ts'
import type { AccessMaker } from './access.ts'

/** The context of tasks that read or write records. */
export interface AccessContext extends TaskContext {
  access: AccessMaker
}
