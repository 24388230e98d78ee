/** The documents of the agenda: events, what ran and is to run, holidays, and schedules. */
import { graphql } from "./generated"

export const EVENT_STATE = graphql(`
  fragment EventState on Event {
    id calendar title start end timezone allDay firstDay lastDay location notes
    owner version createdAt updatedAt
  }
`)

export const LIST_CALENDARS = graphql(`
  query ListCalendars {
    listCalendars { id group }
  }
`)

export const LIST_EVENTS = graphql(`
  query ListEvents($start: AWSDateTime!, $end: AWSDateTime!, $nextToken: String) {
    listEvents(start: $start, end: $end, limit: 100, nextToken: $nextToken) {
      events { ...EventState }
      nextToken
    }
  }
`)

export const GET_EVENT = graphql(`
  query GetEvent($id: ID!) {
    getEvent(id: $id) { ...EventState }
  }
`)

export const CREATE_EVENT = graphql(`
  mutation CreateEvent($input: CreateEventInput!) {
    createEvent(input: $input) { ...EventState }
  }
`)

export const UPDATE_EVENT = graphql(`
  mutation UpdateEvent($input: UpdateEventInput!) {
    updateEvent(input: $input) { ...EventState }
  }
`)

export const DELETE_EVENT = graphql(`
  mutation DeleteEvent($id: ID!, $version: Int!) {
    deleteEvent(id: $id, version: $version) { ...EventState }
  }
`)

export const ON_EVENT_CHANGE = graphql(`
  subscription OnEventChange($calendar: ID) {
    onEventChange(calendar: $calendar) {
      calendar id version kind
      event { ...EventState }
    }
  }
`)

export const LIST_OCCURRENCES = graphql(`
  query ListOccurrences($start: AWSDateTime!, $end: AWSDateTime!) {
    listOccurrences(start: $start, end: $end) {
      at schedule report pipeline holiday
      query { ...QueryState }
    }
  }
`)

export const PIPELINE_TITLES = graphql(`
  query PipelineTitles {
    listPipelines { name title }
  }
`)

export const LIST_HOLIDAYS = graphql(`
  query ListHolidays($country: String!, $year: Int!, $subdivision: String) {
    listHolidays(country: $country, year: $year, subdivision: $subdivision) { date name }
  }
`)

export const SCHEDULE_STATE = graphql(`
  fragment ScheduleState on Schedule {
    id report expression timezone notify owner version createdAt updatedAt
    pausedAt problem nextRunAt
    parameters { name value }
    export { format singleFile formulaSafe compression }
    skipHolidays { country subdivision }
  }
`)

export const LIST_SCHEDULES = graphql(`
  query ListSchedules {
    listSchedules { ...ScheduleState }
  }
`)

export const GET_SCHEDULE = graphql(`
  query GetSchedule($id: ID!) {
    getSchedule(id: $id) { ...ScheduleState }
  }
`)

export const SCHEDULE_REPORT = graphql(`
  mutation ScheduleReport($input: ScheduleReportInput!) {
    scheduleReport(input: $input) { ...ScheduleState }
  }
`)

export const UPDATE_SCHEDULE = graphql(`
  mutation UpdateSchedule($input: UpdateScheduleInput!) {
    updateSchedule(input: $input) { ...ScheduleState }
  }
`)

export const PAUSE_SCHEDULE = graphql(`
  mutation PauseSchedule($id: ID!) {
    pauseSchedule(id: $id) { ...ScheduleState }
  }
`)

export const RESUME_SCHEDULE = graphql(`
  mutation ResumeSchedule($id: ID!) {
    resumeSchedule(id: $id) { ...ScheduleState }
  }
`)

export const DELETE_SCHEDULE = graphql(`
  mutation DeleteSchedule($id: ID!) {
    deleteSchedule(id: $id) { ...ScheduleState }
  }
`)

export const ON_SCHEDULE_CHANGE = graphql(`
  subscription OnScheduleChange {
    onScheduleChange {
      id version kind
      schedule { ...ScheduleState }
    }
  }
`)
