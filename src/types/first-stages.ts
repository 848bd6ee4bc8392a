import type { Semantic, Stage } from '../fields/lookups.ts'

const stage = (id: string, en: string, ru: string, color: string, sort: number, semantic: Semantic = 'process') => ({
  ...{ id, name: { en, ru }, color, sort, semantic },
  requiredFields: [],
  nextStages: null,
  number: null,
})

/** The stages that a smart process has at first. */
export const firstStages: readonly Stage[] = [
  stage('NEW', 'Start', 'Начало', '#22B9FF', 10),
  stage('PREPARATION', 'Preparation', 'Подготовка', '#88B9FF', 20),
  stage('CLIENT', 'Approval', 'Согласование', '#10E5FC', 30),
  stage('SUCCESS', 'Success', 'Успех', '#00FF00', 40, 'success'),
  stage('FAIL', 'Failure', 'Провал', '#FF0000', 50, 'failure'),
]
