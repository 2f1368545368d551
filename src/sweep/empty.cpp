namespace ntksweep {}
