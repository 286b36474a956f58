// R4's Appointment does not tell which time it was before it was moved.
Extension: RescheduledFrom
Id: rescheduled-from
Title: "Moved from"
Description: "When the time was, before it was moved to when it is now."
Context: Appointment
* insert Title([[Flyttad från]])
* value[x] 1..1
* value[x] only dateTime
