// Defined by commonprofiles.care. Said here again, with their URL, so that a validator that has our package knows it.
Extension: HsaHierarchy
Id: common-hsaHierarchy
Title: "Place in the HSA hierarchy"
Description: "The care giver and the unit in HSA that something belongs to. Defined by commonprofiles.care; their definition is the one that counts."
Context: Resource, Element
* insert Title([[Plats i HSA-hierarkin]])
* ^url = "https://commonprofiles.care/fhir/StructureDefinition/common-hsaHierarchy"
* ^publisher = "commonprofiles.care; said again by Samplan"
* url = "https://commonprofiles.care/fhir/StructureDefinition/common-hsaHierarchy" (exactly)
* extension contains
    hsaCareProvider 0..1 and
    hsaCareUnit 0..1
* extension[hsaCareProvider] ^short = "Care giver (vårdgivare)"
* extension[hsaCareProvider] ^definition = "The care giver, by HSA-id."
* extension[hsaCareProvider].value[x] 1..1
* extension[hsaCareProvider].value[x] only Reference(Organization)
* extension[hsaCareUnit] ^short = "Care unit (vårdenhet)"
* extension[hsaCareUnit] ^definition = "The unit, by HSA-id."
* extension[hsaCareUnit].value[x] 1..1
* extension[hsaCareUnit].value[x] only Reference(Organization)
