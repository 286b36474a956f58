Profile: SamplanAgreedTime
Parent: Appointment
Id: agreed-time
Title: "Agreed time"
Description: "A time that is agreed together with the person: booked, or an invitation with a time or a window of days."
* insert Swedish([[Överenskommen tid]], [[En tid som personen och vården har kommit överens om: bokad, eller en kallelse med en tid eller ett tidsfönster.]])
* insert OfGiver
* insert AsItStands
* status ^short = "A contract tells of arrived and checked-in as booked, waitlist as invited, entered-in-error as cancelled"
* obeys sp-time-1 and sp-time-2 and sp-time-3
* extension contains
    BookingOptions named options 0..1 and
    PortalLink named link 0..1 and
    RescheduledFrom named rescheduledFrom 0..1
* appointmentType from ContactChannelCodes (required)
* appointmentType ^short = "How the person and care meet"
* description 1..1
* description ^short = "What the time is for"
* requestedPeriod ^short = "The window of an invitation without a time"
* participant.extension contains OnBehalfOf named onBehalfOf 0..1

Invariant: sp-time-1
Description: "The person takes part."
Severity: #error
Expression: "participant.actor.where(type = 'Patient' or reference.startsWith('Patient/') or reference.contains('/Patient/')).exists()"

Invariant: sp-time-2
Description: "Only a time that is proposed has a window of days."
Severity: #error
Expression: "requestedPeriod.exists() implies status = 'proposed'"

Invariant: sp-time-3
Description: "A time does not end before it starts."
Severity: #error
Expression: "where(end < start).empty()"
