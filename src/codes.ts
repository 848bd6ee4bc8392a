import { analyticsFaults, analyticsProblems } from './analytics/query/codes.ts'
import { savedProblems } from './analytics/saved/codes.ts'
import { scheduleProblems } from './analytics/schedules/codes.ts'
import { attachmentFaults, attachmentProblems } from './attachments/codes.ts'
import { boardFaults } from './boards/codes.ts'
import { bulkFaults, bulkProblems } from './bulk/codes.ts'
import { cardFaults } from './cards/codes.ts'
import { columnFaults } from './columns/codes.ts'
import { conversionFaults, conversionProblems } from './conversion/codes.ts'
import { csvFaults } from './csv/codes.ts'
import { currencyFaults, currencyProblems } from './currencies/codes.ts'
import { dictionaryFaults, dictionaryProblems } from './dictionaries/codes.ts'
import { duplicateFaults, duplicateProblems } from './duplicates/codes.ts'
import { agreementWords } from './duplicates/comparison/codes.ts'
import { typeFaults, typeProblems, typeWords } from './entities/codes.ts'
import { commonFaults, commonProblems } from './errors/codes.ts'
import type { Labels } from './errors/language.ts'
import { exportFaults, exportProblems } from './exports/codes.ts'
import { fieldFaults } from './fields/codes.ts'
import { fileFaults, fileProblems, fileWords } from './files/codes.ts'
import { filterFaults } from './filters/codes.ts'
import { idempotencyProblems } from './idempotency/codes.ts'
import { importFaults, importProblems } from './imports/codes.ts'
import { copyFaults, copyProblems } from './imports/copies/codes.ts'
import { mappingFaults, mappingProblems } from './imports/mappings/codes.ts'
import { matchingFaults } from './imports/matching/codes.ts'
import { jobProblems, jobStatusWords } from './jobs/codes.ts'
import { jsonFaults } from './json/codes.ts'
import { mergingFaults, mergingProblems } from './merging/codes.ts'
import { modelFaults } from './model/codes.ts'
import { peopleFaults, peopleProblems, peopleWords } from './people/codes.ts'
import { pipelineFaults, pipelineProblems } from './pipelines/codes.ts'
import { featureWords, planProblems } from './plans/codes.ts'
import { changeFaults, changeProblems } from './records/changes/codes.ts'
import { recordFaults, recordProblems } from './records/codes.ts'
import { binProblems } from './recycle-bin/codes.ts'
import { periodFaults } from './reporting-period/codes.ts'
import { roleFaults, roleProblems, roleWords } from './rights/api/codes.ts'
import { operationWords, rightProblems, unavailableWords } from './rights/codes.ts'
import { salesPlanFaults, salesPlanProblems } from './sales-plans/codes.ts'
import { settingFaults } from './settings/codes.ts'
import { typeChangeFaults, typeChangeProblems } from './types/codes.ts'
import { userFieldFaults, userFieldProblems } from './user-fields/codes.ts'

/**
 * The closed list of problems. Responses contain no other code.
 *
 * Every room declares its codes in a file `codes.ts`, and this file gathers them, as `app.ts` gathers the routes. The
 * room `errors` reads the lists from here and names no code of another capability. So the compiler checks every code,
 * and a code is known in every process, whatever that process imports. Lists that rooms fill when they are imported
 * would depend on what is imported. There are no import cycles, because files of codes import the texts only.
 */
export const problemCodes = {
  ...commonProblems,
  ...jobProblems,
  ...idempotencyProblems,
  ...peopleProblems,
  ...typeProblems,
  ...rightProblems,
  ...planProblems,
  ...roleProblems,
  ...pipelineProblems,
  ...currencyProblems,
  ...dictionaryProblems,
  ...recordProblems,
  ...changeProblems,
  ...binProblems,
  ...fileProblems,
  ...attachmentProblems,
  ...bulkProblems,
  ...conversionProblems,
  ...mergingProblems,
  ...userFieldProblems,
  ...typeChangeProblems,
  ...exportProblems,
  ...importProblems,
  ...copyProblems,
  ...mappingProblems,
  ...duplicateProblems,
  ...salesPlanProblems,
  ...analyticsProblems,
  ...savedProblems,
  ...scheduleProblems,
}

/**
 * The closed list of faults with their messages. By default `{name}` is the parameter or the last part of the pointer.
 */
export const faultCodes = {
  ...commonFaults,
  ...jsonFaults,
  ...peopleFaults,
  ...typeFaults,
  ...roleFaults,
  ...fieldFaults,
  ...filterFaults,
  ...pipelineFaults,
  ...currencyFaults,
  ...dictionaryFaults,
  ...modelFaults,
  ...settingFaults,
  ...recordFaults,
  ...changeFaults,
  ...periodFaults,
  ...boardFaults,
  ...fileFaults,
  ...attachmentFaults,
  ...bulkFaults,
  ...conversionFaults,
  ...mergingFaults,
  ...userFieldFaults,
  ...cardFaults,
  ...typeChangeFaults,
  ...csvFaults,
  ...columnFaults,
  ...importFaults,
  ...mappingFaults,
  ...matchingFaults,
  ...copyFaults,
  ...exportFaults,
  ...duplicateFaults,
  ...salesPlanFaults,
  ...analyticsFaults,
}

/** The words that messages use for codes, by placeholder and code. */
export const words: Readonly<Record<string, Readonly<Record<string, Labels>>>> = {
  type: { ...typeWords, ...peopleWords, ...roleWords, ...fileWords },
  operation: operationWords,
  feature: featureWords,
  reason: unavailableWords,
  status: jobStatusWords,
  agreement: agreementWords,
}

/** A code of the closed list of problems. */
export type ProblemCode = keyof typeof problemCodes

/** A code of the closed list of faults. */
export type FaultCode = keyof typeof faultCodes
