/** Running, pausing, resuming and stopping, and what the server says against it. */
import { useQueryClient } from "@tanstack/react-query"
import { useState } from "react"
import { askAgain } from "@/shared/appsync/ask-again"
import { CANCEL_QUERY } from "@/shared/graphql/documents"
import type { PipelineStateFragment } from "@/shared/graphql/generated/graphql"
import { PAUSE_PIPELINE, RESUME_PIPELINE, RUN_PIPELINE } from "@/shared/graphql/pipeline-documents"
import { useServices } from "@/shared/ui/services"
import type { Pipeline, Run } from "./pipeline"
import { putRun } from "./use-pipelines"

export interface Refusal {
  title: string
  message: string
}

export type Doing = "run" | "pause" | "resume" | "cancel"

/** onRun: what is known of a run now. */
export function useChange(onRun: (run: Run) => void) {
  const { api } = useServices()
  const cache = useQueryClient()
  const [doing, setDoing] = useState<{ what: Doing; of: string } | null>(null)
  const [refusal, setRefusal] = useState<Refusal | null>(null)

  async function change<Answer>(
    what: Doing,
    of: string,
    title: string,
    ask: () => Promise<Answer>,
  ) {
    setDoing({ what, of })
    setRefusal(null)
    try {
      return await askAgain(ask)
    } catch (error) {
      setRefusal({ title, message: error instanceof Error ? error.message : String(error) })
    } finally {
      setDoing(null)
    }
  }

  async function putState(answer: PipelineStateFragment | undefined) {
    if (!answer) return
    await cache.cancelQueries({ queryKey: ["pipelines"] })
    cache.setQueryData<Pipeline[]>(["pipelines"], (pipelines) =>
      pipelines?.map((each) => (each.name === answer.name ? { ...each, ...answer } : each)),
    )
  }

  function put(run: Run | undefined): Run | undefined {
    if (!run) return
    putRun(cache, run)
    onRun(run)
    return run
  }

  return {
    refusal,
    forget: () => setRefusal(null),
    isDoing: (what: Doing, of: string) => doing?.what === what && doing.of === of,
    async run({ name, title }: Pick<Pipeline, "name" | "title">) {
      const input = { name, id: crypto.randomUUID() }
      const ask = () => api.request(RUN_PIPELINE, { input })
      return put((await change("run", name, `“${title}” was not run`, ask))?.runPipeline)
    },
    async pause({ name, title }: Pipeline) {
      const ask = () => api.request(PAUSE_PIPELINE, { name })
      await putState((await change("pause", name, `“${title}” was not paused`, ask))?.pausePipeline)
    },
    async resume({ name, title }: Pipeline) {
      const ask = () => api.request(RESUME_PIPELINE, { name })
      await putState(
        (await change("resume", name, `“${title}” was not resumed`, ask))?.resumePipeline,
      )
    },
    async cancel({ id }: Run) {
      const ask = () => api.request(CANCEL_QUERY, { id })
      put((await change("cancel", id, "The run was not cancelled", ask))?.cancelQuery)
    },
  }
}

export type Change = ReturnType<typeof useChange>
