import Type, { type Static } from 'typebox'
import { semantics } from '../fields/lookups.ts'
import { listOf } from '../http/lists.ts'
import { enumOf, nullable } from '../schema/build.ts'

/** A period that a record spent in a stage. */
export const StageHistoryEntry = Type.Object(
  {
    id: Type.Integer({ description: 'Id of the entry.' }),
    kind: enumOf(['created', 'moved', 'closed', 'pipelineChanged'], {
      description: 'How the record entered the stage.',
    }),
    pipelineId: Type.Integer({ description: 'Id of the pipeline.' }),
    stageId: Type.String({ description: 'Code of the stage.' }),
    semantic: enumOf(semantics, { description: 'Meaning of the stage at that time.' }),
    responsibleId: Type.Integer({ description: 'Id of the responsible when the record entered the stage.' }),
    amount: nullable(Type.String(), { description: 'Amount when the record entered the stage.' }),
    currency: nullable(Type.String(), { description: 'Currency of the amount.' }),
    enteredAt: Type.String({ format: 'date-time', description: 'Time when the record entered the stage.' }),
    enteredBy: Type.Integer({ description: 'Id of the user who moved the record.' }),
    leftAt: nullable(Type.String({ format: 'date-time' }), {
      description: 'Time when the record left the stage. Null for the current stage.',
    }),
    leftBy: nullable(Type.Integer(), { description: 'Id of the user who moved the record to the next stage.' }),
    leftAmount: nullable(Type.String(), { description: 'Amount when the record left the stage.' }),
    leftCurrency: nullable(Type.String(), { description: 'Currency of the amount when the record left the stage.' }),
  },
  { $id: 'StageHistoryEntry', description: 'A period that a record spent in a stage.' },
)

/** A period that a record spent in a stage. */
export type StageHistoryEntry = Static<typeof StageHistoryEntry>

/** A page of a record's stage history. */
export const StageHistoryList = listOf(StageHistoryEntry, 'StageHistoryList')

/** The named schemas of stage histories. */
export const stageHistorySchemas = [StageHistoryEntry, StageHistoryList]
