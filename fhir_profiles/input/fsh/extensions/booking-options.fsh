// R4's Appointment does not say what the person may do.
Extension: BookingOptions
Id: booking-options
Title: "What the person may do with a time"
Description: "Whether the person may rebook or cancel a time without asking."
Context: Appointment
* insert Title([[Vad jag kan göra med tiden]])
* extension contains
    rebookable 0..1 and
    cancellable 0..1
* extension[rebookable] ^short = "May be rebooked"
* extension[rebookable] ^definition = "Whether the person may choose another time."
* extension[rebookable].value[x] 1..1
* extension[rebookable].value[x] only boolean
* extension[cancellable] ^short = "May be cancelled"
* extension[cancellable] ^definition = "Whether the person may cancel the time."
* extension[cancellable].value[x] 1..1
* extension[cancellable].value[x] only boolean
