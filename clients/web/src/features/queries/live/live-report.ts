/**
 * A report's result, kept true: whenever a pipeline has refreshed the report, here is the new one.
 *
 * Subscribing begins a watch, which lasts for an hour and is renewed well before. A push holds the
 * ended query and its first rows. What may be missed is looked for: whenever the subscription stands
 * again and on a slow timer, among the queries that were run for the watch; and where nobody watched
 * before, by submitting the report, which is answered from what is there if that is still true.
 */
import { type ApiError, NotSignedIn, Refused, Unavailable } from "@/shared/appsync/errors"
import { keepSubscribed } from "@/shared/appsync/keep-subscribed"
import type { RealtimeClient } from "@/shared/appsync/realtime"
import type { Requester } from "@/shared/appsync/request"
import { GET_QUERY, LIST_QUERIES } from "@/shared/graphql/documents"
import { ON_REPORT_REFRESH, WATCH_REPORT } from "@/shared/graphql/pipeline-documents"
import type { QueryFeed } from "../feed"
import { isFinal, type Query, type QueryWithResult } from "../query"

const MINUTE_MS = 60_000
const LOOK_MS = MINUTE_MS
const AGAIN_MS = 10_000
const BEFORE_IT_EXPIRES_MS = 10 * MINUTE_MS
const RENEW_AT_MOST_MS = 30 * MINUTE_MS // whatever this machine's clock says of the server's
const LISTED = 10

export interface Target {
  report: string
  parameters: { name: string; value: string }[]
}

/** watching: the service has acknowledged it. latest: ended since the watch began, or before. */
export interface LiveState {
  status: "starting" | "watching" | "refused"
  error: ApiError | null
  latest: QueryWithResult | null
  failed: Query | null
}

const STARTING: LiveState = { status: "starting", error: null, latest: null, failed: null }

export class LiveReport {
  private current = STARTING
  private readonly listeners = new Set<() => void>()
  private watch: string | null = null
  private isOver = false
  private renewTimer?: ReturnType<typeof setTimeout>
  private lapseTimer?: ReturnType<typeof setTimeout>
  private lookTimer?: ReturnType<typeof setTimeout>
  private unfollow = () => {}

  constructor(
    private readonly api: Requester,
    private readonly realtime: RealtimeClient,
    private readonly feed: QueryFeed,
    private readonly target: Target,
  ) {}

  get state(): LiveState {
    return this.current
  }

  onState = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  /** since: what is shown; only what is newer is news. The answer ends it. */
  start(since: Query): () => void {
    this.isOver = false
    this.put({ ...STARTING, latest: since })
    const unsubscribe = keepSubscribed(this.realtime, ON_REPORT_REFRESH, this.target, {
      onStart: () => void this.stands(),
      onData: ({ onReportRefresh }) => {
        if (onReportRefresh) this.hear(onReportRefresh)
      },
      onEnd: (error) => this.put({ status: error ? "refused" : "starting", error }),
    })
    const unhear = this.realtime.onState(() => {
      const isLost = this.realtime.state.status !== "connected"
      if (isLost && this.current.status === "watching") this.put({ status: "starting" })
    })
    return () => {
      this.isOver = true
      unsubscribe()
      unhear()
      this.unfollow()
      this.watch = null
      for (const timer of [this.renewTimer, this.lapseTimer, this.lookTimer]) clearTimeout(timer)
    }
  }

  private async stands(): Promise<void> {
    this.put({ status: "watching", error: null })
    const wasWatched = this.watch !== null
    await this.renew()
    if (this.isOver || this.watch === null) return
    if (wasWatched) await this.look()
    else await this.catchUp()
    this.lookLater()
  }

  private async renew(): Promise<void> {
    clearTimeout(this.renewTimer)
    let delay = AGAIN_MS
    try {
      const { id, expiresAt } = (await this.api.request(WATCH_REPORT, this.target)).watchReport
      if (this.isOver) return
      this.watch = id
      this.lapseLater()
      const left = Date.parse(expiresAt) - Date.now() - BEFORE_IT_EXPIRES_MS
      delay = Math.min(Math.max(left, MINUTE_MS), RENEW_AT_MOST_MS)
    } catch (error) {
      if (error instanceof Refused) return this.put({ status: "refused", error })
      if (!(error instanceof Unavailable)) return
    }
    if (!this.isOver) this.renewTimer = setTimeout(() => void this.renew(), delay)
  }

  /** Nobody knows of us any more, unless it is renewed in time. */
  private lapseLater(): void {
    clearTimeout(this.lapseTimer)
    this.lapseTimer = setTimeout(() => {
      this.watch = null
      this.put({ status: "starting" })
    }, 60 * MINUTE_MS)
    if (this.current.status === "starting" && this.realtime.state.status === "connected") {
      this.put({ status: "watching" })
    }
  }

  private lookLater(): void {
    clearTimeout(this.lookTimer)
    this.lookTimer = setTimeout(async () => {
      await this.look()
      if (!this.isOver) this.lookLater()
    }, LOOK_MS)
  }

  /** The newest query that was run for the watch, should its push have been lost. */
  private async look(): Promise<void> {
    const { watch } = this
    const filter = { report: this.target.report, status: "FINISHED" as const }
    try {
      const { queries } = (await this.api.request(LIST_QUERIES, { filter, limit: LISTED }))
        .listQueries
      const found = queries.find((query) => query.watch === watch && watch !== null)
      if (!found || !this.isNews(found)) return
      const { getQuery } = await this.api.request(GET_QUERY, { id: found.id })
      if (getQuery) this.hear(getQuery)
    } catch (error) {
      if (!(error instanceof Unavailable || error instanceof Refused)) throw error
    }
  }

  /** What the report says now; as long as what is shown is still to come, that is it. */
  private async catchUp(): Promise<void> {
    if (this.current.latest && !isFinal(this.current.latest)) return
    const id = crypto.randomUUID()
    try {
      await this.feed.submit({ id, ...this.target })
    } catch (error) {
      if (error instanceof NotSignedIn) return
      if (error instanceof Refused) this.put({ error })
      return
    }
    if (this.isOver) return
    const follow = () => {
      const entry = this.feed.entry(id)
      if (entry.status !== "known" || !isFinal(entry.query)) return
      this.unfollow()
      this.hear(entry.query)
    }
    this.unfollow = this.feed.follow(id, follow)
    follow()
  }

  private hear(query: QueryWithResult): void {
    if (this.isOver || !this.isNews(query)) return
    this.feed.take(query)
    if (query.status === "FINISHED") this.put({ latest: query, failed: null })
    else if (query.status === "FAILED") this.put({ failed: query })
  }

  private isNews(query: Query): boolean {
    const { latest } = this.current
    return !latest || Date.parse(query.submittedAt) > Date.parse(latest.submittedAt)
  }

  private put(news: Partial<LiveState>): void {
    this.current = { ...this.current, ...news }
    for (const listener of [...this.listeners]) listener()
  }
}
